//! How a report travels into the page: packed here, given back in ui/src/lib/backend/packed.ts, by one sample of both.

use journey::view::{PackedReport, ReportView};
use serde_json::Value;

#[test]
fn a_report_is_packed_as_the_page_unpacks_it() {
    let sample = include_str!("../../ui/src/lib/backend/packed.json");
    let sample: Value = serde_json::from_str(sample).unwrap();
    let whole: ReportView = serde_json::from_value(sample["whole"].clone()).unwrap();
    assert_eq!(serde_json::to_value(PackedReport::from(whole)).unwrap(), sample["packed"]);
}

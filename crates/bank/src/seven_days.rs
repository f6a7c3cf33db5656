//! The bank's own seven-day rule: one report a person at a time, whatever the gateway says.

use protocol::id::QueryId;

use crate::store::LiveQuery;

/// Whether a query has to wait, given the person's other reports that have not ended.
///
/// Further rounds of the same query pass. A report may be replaced once, by the query that names it; a withdrawal
/// frees nothing, since the gateway alone would otherwise decide how often a person is asked about.
#[must_use]
pub fn too_soon(live: &[LiveQuery], query: QueryId, replaces: Option<QueryId>) -> bool {
    live.iter().filter(|other| other.query != query).any(|other| {
        let named = replaces == Some(other.query);
        let free = other.replaced_by.is_none_or(|by| by == query);
        !(named && free)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(query: QueryId, replaced_by: Option<QueryId>) -> LiveQuery {
        LiveQuery { query, replaced_by }
    }

    #[test]
    fn a_second_query_inside_the_seven_days_waits() {
        let (first, second) = (QueryId::new(), QueryId::new());
        assert!(too_soon(&[live(first, None)], second, None), "another query was answered and has not ended");
        assert!(
            too_soon(&[live(first, None)], second, Some(QueryId::new())),
            "it names a query that was never answered"
        );
    }

    #[test]
    fn a_report_is_replaced_once() {
        let (first, second, third) = (QueryId::new(), QueryId::new(), QueryId::new());
        assert!(!too_soon(&[live(first, None)], second, Some(first)), "the first replacement is served");
        assert!(
            too_soon(&[live(first, Some(second))], third, Some(first)),
            "a second replacement of the same report is not"
        );
        let chain = [live(first, Some(second)), live(second, None)];
        assert!(too_soon(&chain, third, Some(second)), "a replacement is not replaced itself");
    }

    #[test]
    fn rounds_of_the_same_query_pass() {
        let (first, second) = (QueryId::new(), QueryId::new());
        assert!(!too_soon(&[], first, None), "nothing runs");
        assert!(!too_soon(&[live(first, None)], first, None), "the same query asks again");
        let rows = [live(first, Some(second)), live(second, None)];
        assert!(!too_soon(&rows, second, Some(first)), "round two of a replacement");
    }
}

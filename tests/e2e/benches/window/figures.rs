//! Numbers by what was measured, and the table they become.

/// Everything measured so far, in the order it was first measured.
#[derive(Default)]
pub(crate) struct Figures(Vec<(String, &'static str, Vec<f64>)>);

impl Figures {
    /// Takes one more number.
    pub(crate) fn take(&mut self, what: &str, unit: &'static str, number: f64) {
        match self.0.iter_mut().find(|(known, ..)| known == what) {
            Some((_, _, numbers)) => numbers.push(number),
            None => self.0.push((what.to_owned(), unit, vec![number])),
        }
    }

    /// The table, as docs/benchmarks.md has it.
    pub(crate) fn show(&self) {
        println!("\n| what | median | least | most |\n|---|---:|---:|---:|");
        for (what, unit, numbers) in &self.0 {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            let text = |number: Option<&f64>| {
                number.map_or("-".to_owned(), |number| format!("{number:.0} {unit}").trim_end().to_owned())
            };
            println!(
                "| {what} | {} | {} | {} |",
                text(sorted.get(sorted.len() / 2)),
                text(sorted.first()),
                text(sorted.last())
            );
        }
    }
}

//! The figures as a table.

use crate::data::Viewer;
use crate::drive::Stretch;
use crate::requests::Query;
use std::fmt;

/// What one server did and spent.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub stretch: Stretch,
    pub server_ms: f64,
    pub database_ms: f64,
    /// The median with a single client.
    pub alone_ms: f64,
    pub wrong: u64,
}

impl Figures {
    fn each(&self, ms: f64) -> f64 {
        ms / (self.stretch.units as f64).max(1.0)
    }

    fn total(&self) -> f64 {
        self.each(self.server_ms + self.database_ms)
    }
}

/// Both servers side by side.
pub struct Line {
    pub query: Query,
    pub viewer: Viewer,
    pub ours: Figures,
    pub floor: Figures,
    pub statements: u64,
}

impl Line {
    pub const HEAD: &str = "| request | viewer | server | requests/s | p50 ms | p99 ms | p50 of one client | CPU ms server | database | together | × floor | statements |
|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|";
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self.ours.total() / self.floor.total().max(f64::MIN_POSITIVE);
        let statements = self.statements.to_string();
        let rows = [
            (
                "guildhall",
                &self.ours,
                format!("**{ratio:.2}**"),
                statements.as_str(),
            ),
            ("floor", &self.floor, "1".to_owned(), ""),
        ];
        for (nth, (server, figures, ratio, statements)) in rows.into_iter().enumerate() {
            let mut stretch = figures.stretch.clone();
            let (p50, p99) = (stretch.percentile(0.5), stretch.percentile(0.99));
            let line = format!(
                "| {:?} | {} | {server} | {:.0} | {p50:.2} | {p99:.2} | {:.2} | {:.3} | {:.3} | {:.3} | {ratio} | {statements} |",
                self.query,
                self.viewer.name(),
                figures.stretch.per_second(),
                figures.alone_ms,
                figures.each(figures.server_ms),
                figures.each(figures.database_ms),
                figures.total(),
            );
            out.write_str(if nth == 0 { "" } else { "\n" })?;
            out.write_str(&line)?;
        }
        Ok(())
    }
}

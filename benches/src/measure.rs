//! A run: stretches of load on both servers in turn, and what they cost.

use crate::child::Running;
use crate::data::{self, Size, Tree, Viewer};
use crate::drive::{Stretch, drive};
use crate::fault::{Fault, told};
use crate::process::{self, DatabaseProcesses};
use crate::requests::{self, Prepared, Query, Side};
use crate::statements::Counter;
use crate::table::{Figures, Line};
use std::path::PathBuf;
use std::time::Duration;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Plan {
    pub url: String,
    pub size: Size,
    pub clients: usize,
    pub seconds: f64,
    pub rounds: u32,
    pub queries: Vec<Query>,
    pub viewers: Vec<Viewer>,
    pub server: PathBuf,
}

/// Where it is measured.
struct Bench {
    ours: Running,
    floor: Running,
    database: DatabaseProcesses,
}

/// Everything, line by line as it is measured, then the memory that the server holds.
///
/// # Errors
/// A set that is not there, servers that do not run, answers that are wrong.
pub async fn run(plan: &Plan) -> Result<(), Fault> {
    if !data::is_there(&plan.url, plan.size).await? {
        return Err(told(format!(
            "the database does not hold the {} set; `generate` makes it, and adds prices to one of before there were any",
            plan.size.name()
        )));
    }
    let tree = Tree::of(plan.size);
    let counter = Counter::new(&plan.url).await?;
    let bench = Bench {
        ours: Running::server(&plan.server, &plan.url).await?,
        floor: Running::floor(&plan.url).await?,
        database: DatabaseProcesses::of(&plan.url).await?,
    };
    println!("{}", Line::HEAD);
    let mut wrong = 0;
    for query in &plan.queries {
        for viewer in &plan.viewers {
            let servers = (&bench.ours, &bench.floor);
            let prepared = requests::prepare(*query, *viewer, plan.size, &tree, servers).await?;
            let sends = prepared
                .sends
                .first()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let statements = counter.count(sends).await?;
            let (ours, floor) = bench.compare(plan, &prepared).await?;
            wrong += ours.wrong + floor.wrong;
            let line = Line {
                query: *query,
                viewer: *viewer,
                ours,
                floor,
                statements,
            };
            println!("{line}");
        }
    }
    let (all, own) = process::rss_mib(bench.ours.pid());
    println!(
        "\nMemory of the server after the run: {all:.0} MiB resident, {own:.0} MiB of it its own and the rest pages of files."
    );
    drop(bench);
    if plan.queries.contains(&Query::M1) {
        requests::unmake(&plan.url).await?;
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(told(format!(
            "{wrong} answers under load were not those of before"
        )))
    }
}

impl Bench {
    async fn compare(&self, plan: &Plan, prepared: &Prepared) -> Result<(Figures, Figures), Fault> {
        let mut figures = [Figures::default(), Figures::default()];
        let lasting = Duration::from_secs_f64(plan.seconds);
        for round in 0..=plan.rounds {
            for (side, figures) in [Side::Ours, Side::Floor].into_iter().zip(&mut figures) {
                // The first round warms up.
                let lasting = if round == 0 { lasting / 4 } else { lasting };
                let (stretch, spent) = self.stretch(side, plan.clients, lasting, prepared).await?;
                if round > 0 {
                    figures.server_ms += spent.0;
                    figures.database_ms += spent.1;
                    figures.wrong += stretch.wrong;
                    figures.stretch.join(stretch);
                }
            }
        }
        for (side, figures) in [Side::Ours, Side::Floor].into_iter().zip(&mut figures) {
            let (mut alone, _) = self.stretch(side, 1, lasting / 2, prepared).await?;
            figures.alone_ms = alone.percentile(0.5);
            figures.wrong += alone.wrong;
        }
        let [ours, floor] = figures;
        Ok((ours, floor))
    }

    /// One stretch on one side, with the CPU time that the server and the database spent on it.
    async fn stretch(
        &self,
        side: Side,
        clients: usize,
        lasting: Duration,
        prepared: &Prepared,
    ) -> Result<(Stretch, (f64, f64)), Fault> {
        let server = match side {
            Side::Ours => &self.ours,
            Side::Floor => &self.floor,
        };
        let before = (process::cpu_ms(server.pid()), self.database.cpu_ms());
        let stretch = drive(server.address, clients, lasting, prepared.of(side)).await?;
        let after = (process::cpu_ms(server.pid()), self.database.cpu_ms());
        Ok((stretch, (after.0 - before.0, after.1 - before.1)))
    }
}

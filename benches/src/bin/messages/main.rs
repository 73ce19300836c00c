//! What a message costs: accepted, sent until WhatsApp's server has it, received until the
//! webhook has it. The same messages go through the engine alone, in turns with the gateway.

mod alone;
mod receiving;
mod sending;

use std::collections::BTreeMap;

use siskin_benches::{Engine, Stage, median, table};

/// Runs of which the medians count; the argument, if there is one.
const RUNS: usize = 3;
/// How many instances send at the same time where it is not one.
const MANY: usize = 10;
/// The least that the gateway sends of what the engine alone does.
const BOUND: f64 = 0.5;

/// Figures by their names, in the order in which they are shown.
type Figures = BTreeMap<String, f64>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let runs = std::env::args().nth(1).map_or(Ok(RUNS), |runs| runs.parse())?;
    let mut measured = Vec::new();
    for run in 1..=runs {
        eprintln!("run {run} of {runs}");
        measured.push(measure().await?);
    }
    let names: Vec<&String> = measured.iter().flat_map(Figures::keys).collect();
    let mut rows: Vec<[String; 3]> = Vec::new();
    for name in names {
        if rows.iter().any(|row| row[0] == *name) {
            continue;
        }
        let values: Vec<f64> = measured.iter().filter_map(|run| run.get(name)).copied().collect();
        let all: Vec<String> = values.iter().map(|value| shown(*value)).collect();
        rows.push([name.clone(), shown(median(&values).unwrap_or_default()), all.join(" ")]);
    }
    table(["what", "median", "runs"], &rows);
    let ratios: Vec<f64> = measured.iter().map(|run| run["7 ratio: sent, one"]).collect();
    let ratio = median(&ratios).unwrap_or_default();
    anyhow::ensure!(ratio >= BOUND, "the gateway sends {ratio:.2} of what the engine does");
    Ok(())
}

/// Few digits for large values, some for small ones.
fn shown(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

async fn measure() -> anyhow::Result<Figures> {
    let mut figures = Figures::new();
    // The last two phones are those of the engine alone and of who writes with it.
    let mut stage = Stage::start(MANY, MANY + 2).await?;
    sending::measure(&mut stage, &mut figures).await?;
    receiving::measure(&mut stage, &mut figures).await?;
    let folder = tempfile::tempdir()?;
    let (phone, other) = (stage.others[MANY].clone(), stage.others[MANY + 1].clone());
    let network = stage.network.text("simulatorUrl")?;
    let mut phones = stage.phones().await?;
    let mut engine = Engine::link(network, &mut phones, &phone, folder.path()).await?;
    alone::measure(&stage, &mut engine, [&phone, &other], &mut figures).await?;
    // Once more, so that neither has the better half of the run.
    sending::pipelined_one(&mut stage, &mut figures, "again").await?;
    ratios(&mut figures);
    stage.end().await?;
    Ok(figures)
}

fn ratios(figures: &mut Figures) {
    let of = |figures: &Figures, name: &str| figures.get(name).copied().unwrap_or(f64::NAN);
    let sent = f64::midpoint(of(figures, "3 sent/s, one"), of(figures, "3 sent/s, one, again"));
    let ratio = sent / of(figures, "6 engine: sent/s");
    figures.insert("7 ratio: sent, one".to_owned(), ratio);
    let ratio = of(figures, "3 sent/s, many") / of(figures, "6 engine: sent/s");
    figures.insert("7 ratio: sent, many".to_owned(), ratio);
    let ratio = of(figures, "4 received/s") / of(figures, "6 engine: received/s");
    figures.insert("7 ratio: received".to_owned(), ratio);
}

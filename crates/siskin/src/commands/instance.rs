use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use siskin_model::InstanceId;

use crate::config::Config;
use crate::local_client::LocalClient;

#[derive(Debug, Subcommand)]
pub(crate) enum InstanceCommand {
    /// Create an instance and show its number and token
    Create {
        /// A label for people
        #[arg(long, default_value = "")]
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List all instances
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one instance
    Show {
        /// Its number
        id: InstanceId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete an instance with everything that is kept for it
    Delete {
        /// Its number
        id: InstanceId,
    },
}

/// Creates, lists, shows or deletes.
pub(crate) async fn run(config: Config, command: InstanceCommand) -> anyhow::Result<()> {
    let client = LocalClient::connect(&config).await?;
    let result = match command {
        InstanceCommand::Create { name, json } => create(&client, name, json).await,
        InstanceCommand::List { json } => list(&client, json).await,
        InstanceCommand::Show { id, json } => show(&client, id.get(), json).await,
        InstanceCommand::Delete { id } => delete(&client, id.get()).await,
    };
    client.close().await?;
    result
}

async fn create(client: &LocalClient, name: String, as_json: bool) -> anyhow::Result<()> {
    let mut body = people_settings()?;
    body["name"] = Value::String(name);
    let created = client.partner("createInstance", Some(body)).await?;
    if as_json {
        println!("{created}");
        return Ok(());
    }
    let (id, token) = (&created["idInstance"], text(&created["apiTokenInstance"]));
    println!("Created instance {id}\n");
    println!("  idInstance        {id}");
    println!("  apiTokenInstance  {token}\n");
    println!("  Link it here:   siskin link {id}");
    println!("  In a browser:   {}/waInstance{id}/{token}", client.api_url());
    println!("  By a program:   curl {}/waInstance{id}/qr/{token}", client.api_url());
    Ok(())
}

/// A person expects to be told what happens: everyday notifications are on, as in the
/// console.
fn people_settings() -> anyhow::Result<Value> {
    Ok(serde_json::to_value(siskin_green_api::Settings::for_people())?)
}

async fn list(client: &LocalClient, as_json: bool) -> anyhow::Result<()> {
    let rows = living(client).await?;
    if as_json {
        println!("{}", Value::from(rows));
        return Ok(());
    }
    if rows.is_empty() {
        println!("No instances yet. Create one: siskin instance create");
        return Ok(());
    }
    println!("{:<12} {:<18} NAME", "INSTANCE", "STATE");
    for row in &rows {
        let state = state(client, row).await?;
        println!("{:<12} {state:<18} {}", row["idInstance"].to_string(), text(&row["name"]));
    }
    Ok(())
}

async fn show(client: &LocalClient, id: u64, as_json: bool) -> anyhow::Result<()> {
    let row = find(client, id).await?;
    let state = state(client, &row).await?;
    if as_json {
        let mut row = row;
        row["stateInstance"] = json!(state);
        println!("{row}");
        return Ok(());
    }
    println!("  idInstance        {id}");
    println!("  apiTokenInstance  {}", text(&row["apiTokenInstance"]));
    println!("  name              {}", text(&row["name"]));
    println!("  state             {state}");
    println!("  created           {}", text(&row["timeCreated"]));
    Ok(())
}

async fn delete(client: &LocalClient, id: u64) -> anyhow::Result<()> {
    find(client, id).await?;
    client.partner("deleteInstanceAccount", Some(json!({ "idInstance": id }))).await?;
    println!("Deleted instance {id} with its messages, files and keys");
    Ok(())
}

/// The row of an instance.
pub(crate) async fn find(client: &LocalClient, id: u64) -> anyhow::Result<Value> {
    let mut rows = living(client).await?.into_iter();
    match rows.find(|row| row["idInstance"] == id) {
        Some(row) => Ok(row),
        None => bail!("there is no instance {id}\n  hint: siskin instance list shows them"),
    }
}

/// The rows of the instances that are there: the gateway tells of deleted ones too.
async fn living(client: &LocalClient) -> anyhow::Result<Vec<Value>> {
    let instances = client.partner("getInstances", None).await?;
    let Value::Array(mut rows) = instances else { bail!("the gateway's answer is not a list") };
    rows.retain(|row| row["deleted"] != true);
    Ok(rows)
}

async fn state(client: &LocalClient, row: &Value) -> anyhow::Result<String> {
    let id = row["idInstance"].as_u64().context("an instance without a number")?;
    let token = text(&row["apiTokenInstance"]);
    let answer = client.instance(id, token, "getStateInstance", "application/json").await?;
    let state: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    Ok(state["stateInstance"].as_str().unwrap_or("unknown").to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

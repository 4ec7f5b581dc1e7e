//! The registry's command line.

mod user_commands;

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use pakmut_domain::words::Lang;
use pakmut_registry::audit::{self, Act, Head, Origin};
use pakmut_registry::backup;
use pakmut_registry::enrolment;
use pakmut_registry::import::{self, Imported, MadePassword, Source};
use pakmut_registry::store::Store;
use pakmut_registry::surveys::publish::{self, PublishError};
use pakmut_registry::tiles::{TileAddress, Tiles};
use pakmut_registry::zero_copy::catalogues::{self, CatalogueError};
use pakmut_registry::{DEFAULT_RATE, Guard, Server, ServerConfig, TlsFiles};
use tracing_subscriber::EnvFilter;
use user_commands::{Codes, Users};

/// The registry of Pakmut: where every public-service counter of Thailand's
/// local administrative organisations is.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// sqlite:PATH or postgres://USER@HOST/DATABASE
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:pakmut.db",
        hide_env_values = true,
        global = true
    )]
    database: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT
    Serve {
        /// Where to listen
        #[arg(long, env = "PAKMUT_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The certificate to show, PEM; read anew at SIGHUP and when it changes
        #[arg(long, env = "PAKMUT_TLS_CERTIFICATE", requires = "tls_key")]
        tls_certificate: Option<PathBuf>,
        /// Its private key, PEM
        #[arg(long, env = "PAKMUT_TLS_KEY", requires = "tls_certificate")]
        tls_key: Option<PathBuf>,
        /// A proxy's address whose X-Forwarded-For is believed
        #[arg(long)]
        proxy: Vec<IpAddr>,
        /// Requests a second of one address in the long run; 0 for no limit
        #[arg(long, default_value_t = DEFAULT_RATE)]
        rate: u32,
        /// People come by HTTPS, through a proxy that ends it: cookies are for
        /// HTTPS alone
        #[arg(long, env = "PAKMUT_HTTPS")]
        https: bool,
        /// Raster tiles under the map, like https://HOST/{z}/{x}/{y}.png; browsers
        /// ask that host for them. Without, the map shows the imported areas
        #[arg(long, env = "PAKMUT_TILES", requires = "tiles_attribution")]
        tiles: Option<TileAddress>,
        /// Whose tiles they are, shown below the map
        #[arg(long, env = "PAKMUT_TILES_ATTRIBUTION", requires = "tiles")]
        tiles_attribution: Option<String>,
    },
    /// Read lists in; on any error nothing is imported
    #[command(subcommand)]
    Import(Import),
    /// Look after users
    #[command(subcommand)]
    Users(Users),
    /// One-time codes to enrol with
    #[command(subcommand)]
    Codes(Codes),
    /// The audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Copy the whole database, as of one moment, to a new SQLite file
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Put a backup in place of the database, which is moved aside; phones then
    /// bring again what it lacks. Stop the server first
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Say that the database was restored by other means (pg_restore, a disk snapshot)
    NewEpoch,
}

#[derive(Subcommand)]
enum Import {
    /// Provinces, districts and subdistricts from GeoJSON
    Places {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// LAOs from CSV
    Laos {
        /// The list
        file: PathBuf,
        /// CSV of code,fate,successor,date: what became of codes that the list has no more
        #[arg(long)]
        successors: Option<PathBuf>,
    },
    /// Counters from CSV or GeoJSON
    Counters {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Zero Copy's national catalogue of services and documents, from CSV or
    /// XLSX: shows what would change, and publishes it with --publish
    Catalogue {
        /// The file
        file: PathBuf,
        /// Publish it
        #[arg(long)]
        publish: bool,
    },
    /// A survey form from an XLSForm (XLSX): shows what it is and what of it is
    /// not supported, and publishes it with --publish
    Form {
        /// The file
        file: PathBuf,
        /// Publish it, for trial responses only or for real ones too
        #[arg(long, value_name = "FOR")]
        publish: Option<Responses>,
    },
    /// Users from CSV; passwords that are made here are printed once
    Users {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Which responses a published form is open for.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Responses {
    /// Trial ones
    Trial,
    /// Trial ones and real ones
    Real,
}

#[derive(Subcommand)]
enum Audit {
    /// Read the whole log and say whether each row is what was written
    Verify {
        /// A head that was kept elsewhere, NUMBER:HASH: that row must still be there
        #[arg(long)]
        head: Option<Head>,
    },
    /// Write the whole log out as CSV
    Export {
        /// The new file; - for the terminal
        file: PathBuf,
    },
    /// Print the head, to be kept where nobody of the registry can change it
    Head,
}

type Failed = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| EnvFilter::new("pakmut_registry=info,warn")),
        )
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failed> {
    let database = arguments.database;
    match arguments.command {
        Command::Serve {
            listen,
            https,
            tls_certificate,
            tls_key,
            proxy,
            rate,
            tiles,
            tiles_attribution,
        } => {
            let files = tls_certificate.zip(tls_key);
            let guard = Guard {
                tls: files.map(|(certificate, key)| TlsFiles { certificate, key }),
                proxies: proxy,
                rate,
            };
            serve(ServerConfig {
                database_url: database,
                listen,
                https,
                guard,
                tiles: tiles
                    .zip(tiles_attribution)
                    .map(|(address, attribution)| Tiles {
                        attribution,
                        address,
                    }),
            })
            .await
        }
        Command::Import(what) => {
            let store = Store::open(&database).await?;
            let done = import(&store, what).await;
            store.close().await;
            done
        }
        Command::Users(verb) => {
            let store = Store::open(&database).await?;
            let done = user_commands::users(&store, verb).await;
            store.close().await;
            done
        }
        Command::Codes(verb) => {
            let store = Store::open(&database).await?;
            let done = user_commands::codes(&store, verb).await;
            store.close().await;
            done
        }
        Command::Audit(what) => {
            let store = Store::open(&database).await?;
            let done = audit_log(&store, what).await;
            store.close().await;
            done
        }
        Command::Backup { file } => Ok(backup::backup(&database, &file).await?),
        Command::Restore { file } => {
            backup::restore(&database, &file).await?;
            Ok(())
        }
        Command::NewEpoch => {
            backup::new_epoch(&database).await?;
            Ok(())
        }
    }
}

async fn serve(config: ServerConfig) -> Result<(), Failed> {
    // Before anybody is told that it serves: who is told may ask it to stop.
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let server = Server::start(&config).await?;
    let head = audit::head(server.store()).await?;
    tracing::info!(address = %server.address(), audit = %head, "serving");
    if let Some(first) = enrolment::first_code(server.store()).await? {
        // To the one who starts it, never to the log.
        println!(
            "Nobody of the department can sign in yet. Enrol at /enrol with the one-time code {}",
            first.code
        );
    }
    tokio::select! {
        _ = terminate.recv() => {}
        done = tokio::signal::ctrl_c() => done?,
    }
    let head = audit::head(server.store()).await?;
    tracing::info!(audit = %head, "stopping");
    server.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn audit_log(store: &Store, what: Audit) -> Result<(), Failed> {
    let head = match what {
        Audit::Verify { head } => {
            let found = audit::verify(store, head).await?;
            eprintln!("{} rows, each as it was written", found.no);
            found
        }
        Audit::Export { file } => {
            let out: Box<dyn std::io::Write> = if file.as_os_str() == "-" {
                Box::new(std::io::stdout().lock())
            } else {
                Box::new(std::fs::File::create_new(&file)?)
            };
            let head = audit::export(store, out).await?;
            let exported = serde_json::json!({"what": "audit", "rows": head.no});
            audit::record_alone(store, None, Act::Exported, exported, Origin::CommandLine).await?;
            eprintln!("{head}");
            return Ok(());
        }
        Audit::Head => audit::head(store).await?,
    };
    println!("{head}");
    Ok(())
}

async fn import(store: &Store, what: Import) -> Result<(), Failed> {
    let read = |files: &[PathBuf]| {
        files
            .iter()
            .map(|file| Source::read(file))
            .collect::<Result<Vec<_>, _>>()
    };
    match what {
        Import::Places { files } => {
            report("areas", import::import_places(store, &read(&files)?).await?);
        }
        Import::Laos { file, successors } => {
            let successors = successors.map(|file| Source::read(&file)).transpose()?;
            let list = Source::read(&file)?;
            let done = import::import_laos(store, &list, successors.as_ref()).await?;
            report("LAOs and provincial offices", done);
        }
        Import::Counters { files } => {
            let done = import::import_counters(store, &read(&files)?).await?;
            report("counters", done);
        }
        Import::Catalogue { file, publish } => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let bytes = std::fs::read(&file)?;
            let shown = match catalogues::preview(store, &name, &bytes).await {
                Err(CatalogueError::Rows(faults)) => {
                    for fault in &faults.0 {
                        eprintln!("{fault}");
                    }
                    return Err(format!("{} faults: nothing was imported", faults.0.len()).into());
                }
                other => other?,
            };
            eprint!("{}", catalogues::describe(&shown));
            if publish {
                let version = catalogues::publish(store, &shown.catalogue).await?;
                eprintln!("published as version {version}");
            } else {
                eprintln!("nothing was changed; --publish publishes it");
            }
        }
        Import::Form { file, publish } => {
            let form = match publish::read(&std::fs::read(&file)?) {
                Err(PublishError::File(problems)) => {
                    for problem in &problems {
                        eprintln!("{}", problem.say(Lang::En));
                    }
                    return Err(PublishError::File(problems).into());
                }
                other => other?,
            };
            eprint!("{}", publish::describe(&form, Lang::En));
            match publish {
                Some(open) => {
                    let real = open == Responses::Real;
                    publish::publish(store, form.form(), real).await?;
                    let what = if real { "trial and real" } else { "trial" };
                    eprintln!("published for {what} responses");
                }
                None => eprintln!("nothing was changed; --publish publishes it"),
            }
        }
        Import::Users { files } => {
            let (done, made) = import::import_users(store, &read(&files)?).await?;
            show_passwords(&made)?;
            report("users", done);
        }
    }
    Ok(())
}

fn report(what: &str, done: Imported) {
    eprintln!(
        "{what}: {} added, {} changed, {} the same",
        done.added, done.changed, done.same
    );
}

/// Prints passwords that were made as CSV: the only time that anybody sees them.
fn show_passwords(made: &[MadePassword]) -> Result<(), Failed> {
    if made.is_empty() {
        return Ok(());
    }
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["username", "password"])?;
    for one in made {
        out.write_record([&one.username, &one.password])?;
    }
    out.flush()?;
    std::io::stdout().flush()?;
    Ok(())
}

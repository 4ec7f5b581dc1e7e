//! Copies of a SQLite database, and what a restore does. PostgreSQL has its own
//! tools for the copy; the new epoch is ours.

use std::path::{Path, PathBuf};

use thiserror::Error;
use uuid::Uuid;

use crate::audit::{self, Act, Origin};
use crate::store::{Dialect, Store, StoreError};

/// Why nothing was copied or put in place.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error("{file}: {source}")]
    Io {
        /// The file's name.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// What would be written is there already.
    #[error("{file} is there already: move it away first")]
    Exists {
        /// The file's name.
        file: String,
    },
    /// The file is no registry's database.
    #[error("{file} is no registry's database")]
    NotOurs {
        /// The file's name or the database's kind.
        file: String,
    },
    /// PostgreSQL's own tools are for this.
    #[error("for PostgreSQL use pg_dump and pg_restore, then new-epoch")]
    Postgres,
}

impl BackupError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Io { .. } => "backup_file",
            Self::Exists { .. } => "backup_exists",
            Self::NotOurs { .. } => "backup_not_ours",
            Self::Postgres => "backup_postgres",
        }
    }
}

fn io(file: &Path) -> impl Fn(std::io::Error) -> BackupError {
    let file = file.display().to_string();
    move |source| BackupError::Io {
        file: file.clone(),
        source,
    }
}

fn absent(file: &Path) -> Result<(), BackupError> {
    if file.exists() {
        return Err(BackupError::Exists {
            file: file.display().to_string(),
        });
    }
    Ok(())
}

/// Copies the whole database, as of one moment, to a new file. The server may
/// run meanwhile.
///
/// # Errors
/// [`BackupError`].
pub async fn backup(database: &str, file: &Path) -> Result<(), BackupError> {
    absent(file)?;
    is_ours(database).await?;
    let store = Store::open(database).await?;
    if store.dialect() == Dialect::Postgres {
        return Err(BackupError::Postgres);
    }
    let what = serde_json::json!({"what": "backup"});
    audit::record_alone(&store, None, Act::Exported, what, Origin::CommandLine).await?;
    store.copy_to(&file.display().to_string()).await?;
    store.close().await;
    Ok(())
}

/// Puts a backup in place of the database, which is moved aside, never deleted.
/// The registry gets a new epoch, so that phones bring again what it lacks. The
/// server must not run.
///
/// # Errors
/// [`BackupError`]; then the database is as it was.
pub async fn restore(database: &str, file: &Path) -> Result<Uuid, BackupError> {
    let path = database
        .strip_prefix("sqlite:")
        .map(PathBuf::from)
        .ok_or(BackupError::Postgres)?;
    let beside = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
    let aside = beside(".before-restore");
    absent(&aside)?;
    let copy = beside(".restoring");
    std::fs::copy(file, &copy).map_err(io(file))?;
    let ready = async {
        let url = format!("sqlite:{}", copy.display());
        is_ours(&url).await.map_err(|error| match error {
            // The name that was given, not that of our copy.
            BackupError::Store(_) | BackupError::NotOurs { .. } => BackupError::NotOurs {
                file: file.display().to_string(),
            },
            other => other,
        })?;
        new_epoch(&url).await
    };
    let epoch = match ready.await {
        Ok(epoch) => epoch,
        Err(error) => {
            let _ = std::fs::remove_file(&copy);
            return Err(error);
        }
    };
    for end in ["-wal", "-shm", ""] {
        let from = beside(end);
        if from.exists() {
            let to = PathBuf::from(format!("{}{end}", aside.display()));
            std::fs::rename(&from, &to).map_err(io(&from))?;
        }
    }
    std::fs::rename(&copy, &path).map_err(io(&copy))?;
    Ok(epoch)
}

/// Gives the registry a new epoch, after it was restored by other means.
///
/// # Errors
/// [`BackupError`].
pub async fn new_epoch(database: &str) -> Result<Uuid, BackupError> {
    is_ours(database).await?;
    let store = Store::open(database).await?;
    let mut write = store.write().await?;
    let epoch = write.new_epoch().await?;
    let what = serde_json::json!({"epoch": epoch});
    audit::record(&mut write, None, Act::Restored, what, Origin::CommandLine).await?;
    write.commit().await?;
    store.close().await;
    Ok(epoch)
}

/// Only a database that is a registry's already: opening another would make it one.
async fn is_ours(database: &str) -> Result<(), BackupError> {
    if Store::is_there(database).await? {
        return Ok(());
    }
    let file = database.strip_prefix("sqlite:").unwrap_or("the database");
    Err(BackupError::NotOurs {
        file: file.to_owned(),
    })
}

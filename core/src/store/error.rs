//! What can go wrong with the phone's file.

use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::envelope::EnvelopeError;
use rusqlite::ErrorCode;
use uuid::Uuid;

/// Why the store did not do what was asked. Nothing acknowledged before is
/// touched by any of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk. Saving works again once there is.
    #[error("no room on the disk: {0}")]
    DiskFull(String),
    /// The disk does not read or write.
    #[error("the disk failed: {0}")]
    Io(String),
    /// The file is damaged and could not be mended.
    #[error("the file is damaged: {0}")]
    Corrupt(String),
    /// A newer version of the app wrote the file; it is left as it is.
    #[error("the file has version {found}, this app knows {newest} at most")]
    NewerSchema {
        /// The file's version.
        found: i64,
        /// The newest that this build knows.
        newest: i64,
    },
    /// The file is a database of another program; it is left as it is.
    #[error("the file belongs to another program (application id {found})")]
    Foreign {
        /// The application id found.
        found: i64,
    },
    /// Another process holds the file for longer than is waited.
    #[error("the file is held by another process")]
    Locked,
    /// [`Store::pause`](super::Store::pause) closed it.
    #[error("the file is closed until the app resumes")]
    Paused,
    /// There is no such item.
    #[error("no item {0}")]
    NoSuchItem(Uuid),
    /// Only a wedged item can be mended, tried again or discarded.
    #[error("item {0} is not wedged")]
    NotWedged(Uuid),
    /// The photo that an item names is not on this phone.
    #[error("no photo {0}")]
    NoSuchPhoto(ItemHash),
    /// The bytes of a photo's file are no longer those that were kept.
    #[error("photo {0} is damaged")]
    PhotoDamaged(ItemHash),
    /// The item is not one that could ever travel.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The payload is no JSON.
    #[error("the payload is no JSON: {0}")]
    NotJson(String),
    /// SQLite refused for another reason: a fault of this program.
    #[error("the database refused: {0}")]
    Database(String),
}

impl StoreError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull(_) => "disk_full",
            Self::Io(_) => "disk_io",
            Self::Corrupt(_) => "file_corrupt",
            Self::NewerSchema { .. } => "file_newer",
            Self::Foreign { .. } => "file_foreign",
            Self::Locked => "file_locked",
            Self::Paused => "file_paused",
            Self::NoSuchItem(_) => "no_such_item",
            Self::NotWedged(_) => "item_not_wedged",
            Self::NoSuchPhoto(_) => "photo_missing",
            Self::PhotoDamaged(_) => "photo_damaged",
            Self::Envelope(error) => error.code(),
            Self::NotJson(_) => "payload_not_json",
            Self::Database(_) => "database",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull(text),
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed => Self::Io(text),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(text),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                _ => Self::Database(text),
            },
            // The columns are STRICT: a value of another type is damage.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => Self::Corrupt(text),
            _ => Self::Database(text),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull(error.to_string())
        } else {
            Self::Io(error.to_string())
        }
    }
}

//! Reading lists into the storage.

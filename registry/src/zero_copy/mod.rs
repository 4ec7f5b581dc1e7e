//! Zero Copy in the registry: the published catalogues, declarations as they
//! arrive, the citizens' answers beside them, and what it all comes to.

pub mod catalogues;
pub mod overview;
pub mod standing;

pub use catalogues::Catalogues;

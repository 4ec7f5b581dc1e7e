//! The child process of the fault tests; see `pakmut_tests::faults::child`.

use pakmut_tests::faults::{child, upgrade};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["fixture"] {
        upgrade::write_fixture();
    } else {
        child::main(&arguments);
    }
}

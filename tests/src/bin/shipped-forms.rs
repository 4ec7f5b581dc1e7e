//! Writes `forms/*.xlsx` from [`pakmut_tests::shipped_forms`].

use pakmut_tests::shipped_forms;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms");
    std::fs::create_dir_all(&folder)?;
    for form in shipped_forms::all() {
        let path = folder.join(format!("{}.xlsx", form.id));
        std::fs::write(&path, form.write()?)?;
        println!("{}", path.display());
    }
    Ok(())
}

//! Who takes part: real LAOs of three provinces, with sample counters at places
//! inside their areas.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use pakmut_domain::place::{AreaCode, Places};
use pakmut_domain::position::Position;

use crate::places::country;

/// Chiang Mai, Ubon Ratchathani and Songkhla: mountains, plains, coast; both UTM zones.
const PROVINCES: [&str; 3] = ["50", "34", "90"];

/// An LAO that takes part.
#[derive(Debug, Clone)]
pub struct Office {
    /// The department's code.
    pub dla_code: String,
    /// Where its counters stand, the main office first: one to four.
    pub counters: Vec<Position>,
    /// A place in another province, for the fault of a wrong place.
    pub elsewhere: Position,
}

impl Office {
    /// How many of its counters the registry knows from the start; the last of
    /// several is proposed on the phone.
    #[must_use]
    pub fn known_counters(&self) -> usize {
        (self.counters.len() - 1).max(1)
    }
}

/// A person who signs in.
#[derive(Debug, Clone)]
pub struct User {
    /// The name.
    pub username: String,
    /// The password, made for this run.
    pub password: String,
}

/// The first LAOs of each province, `count` in all.
///
/// # Errors
/// Where the lists cannot be read, or lack them.
pub fn offices(data: &Path, count: usize) -> Result<Vec<Office>, String> {
    let places = country(data)?;
    let mut rng = Rng::with_seed(2561);
    let mut reader = csv::Reader::from_path(data.join("laos.csv")).map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        let field = |n: usize| row.get(n).unwrap_or_default().to_owned();
        // Those that serve a district; their area is the district's.
        if PROVINCES.contains(&field(4).as_str()) && !field(5).is_empty() && field(1) != "pao" {
            rows.push((field(0), field(4), field(5)));
        }
    }
    let mut offices = Vec::new();
    for (n, province) in PROVINCES.iter().enumerate() {
        let abroad = PROVINCES[(n + 1) % PROVINCES.len()];
        for (dla_code, _, district) in rows
            .iter()
            .filter(|r| r.1 == *province)
            .take(count / PROVINCES.len())
        {
            let counters = (0..rng.usize(1..=4))
                .map(|_| inside(&places, district, &mut rng))
                .collect::<Result<_, _>>()?;
            offices.push(Office {
                dla_code: dla_code.clone(),
                counters,
                elsewhere: inside(&places, abroad, &mut rng)?,
            });
        }
    }
    if offices.len() == count {
        Ok(offices)
    } else {
        Err(format!("only {} LAOs", offices.len()))
    }
}

/// A random place well inside an area.
fn inside(places: &Places, code: &str, rng: &mut Rng) -> Result<Position, String> {
    let code: AreaCode = code
        .parse()
        .map_err(|_| format!("{code} is no area code"))?;
    let shape = &places
        .get(code)
        .ok_or_else(|| format!("no area {code}"))?
        .shape;
    let (low, high) = shape.bounds();
    for _ in 0..10_000 {
        let lon = low[0] + rng.f64() * (high[0] - low[0]);
        let lat = low[1] + rng.f64() * (high[1] - low[1]);
        let Ok(position) = Position::new(lat, lon) else {
            continue;
        };
        if shape.signed_distance_m(&position) < -300.0 {
            return Ok(position);
        }
    }
    Err(format!("no place inside {code}"))
}

/// Those who use the registry of the demo.
#[derive(Debug, Clone)]
pub struct Users {
    /// Staff, one for each LAO.
    pub staff: Vec<User>,
    /// A sample officer of the first province and one of the department, who
    /// look at the pages.
    pub officers: [User; 2],
}

fn user(username: String) -> User {
    User {
        username,
        password: format!("demo {:016x} phone", fastrand::u64(..)),
    }
}

/// Writes the sample counters and the users as the lists that a registry
/// imports, and gives the users.
///
/// # Errors
/// Where they cannot be written.
pub fn write_lists(folder: &Path, offices: &[Office]) -> Result<Users, String> {
    let mut counters = String::from("dla_code,name,kind,due,sample\n");
    let mut list = String::from("username,role,dla_code,province_code,password\n");
    let mut staff = Vec::new();
    for office in offices {
        // The main office is the roster's; further ones are samples, but for the
        // last, which the phone proposes.
        for further in 1..office.known_counters() {
            counters += &format!(
                "{},จุดบริการ {further} (ตัวอย่าง),branch,1,1\n",
                office.dla_code
            );
        }
        let user = user(format!("lao{}", office.dla_code));
        list += &format!(
            "{},lao,{},,{}\n",
            user.username, office.dla_code, user.password
        );
        staff.push(user);
    }
    let province = PROVINCES[0];
    let officers = [
        user(format!("officer{province}")),
        user("department".to_owned()),
    ];
    for (officer, role, province) in [
        (&officers[0], "province", province),
        (&officers[1], "department", ""),
    ] {
        list += &format!(
            "{},{role},,{province},{}\n",
            officer.username, officer.password
        );
    }
    fs::write(folder.join("counters.csv"), counters).map_err(|e| e.to_string())?;
    fs::write(folder.join("users.csv"), list).map_err(|e| e.to_string())?;
    Ok(Users { staff, officers })
}

//! The list of LAOs, and what became of those that it no longer has.

use std::collections::{HashMap, HashSet};

use pakmut_domain::model::{Address, CounterKind, CounterStatus, LaoType};
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

use super::table::{self, Row};
use super::{ImportError, Imported, Source, derived_id};
use crate::store::{CodeRow, CounterRow, Definition, LaoRow, Store, Write};
use crate::zero_copy::catalogues::catch_up;

/// An LAO as the list has it.
#[derive(Debug)]
struct Listed {
    row: Row,
    code: String,
    lao_type: LaoType,
    name: String,
    province: String,
    district: Option<String>,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The same LAO under another code.
    Renumbered,
    /// Another LAO took over all it had.
    Merged,
    /// Several took over; who has which counter is for people to say.
    Split,
    /// It is no more.
    Dissolved,
}

/// A line of the successors' file.
#[derive(Debug)]
struct Succession {
    row: Row,
    code: String,
    fate: Fate,
    successor: Option<String>,
    /// The first day of the new order.
    date: Date,
}

/// Imports a list of LAOs: columns `dla_code`, `type`, `full_name_th`,
/// `province_code`, `district_code`. Each LAO gets a due main office, and each
/// province of the list its provincial office with one. The areas must be there.
///
/// `successors` says what became of LAOs that an earlier list had and this one
/// has not, with the columns `code`, `fate` (`renumbered`, `merged`, `split` or
/// `dissolved`), `successor` and `date` (YYYY-MM-DD, the first day). Nothing
/// ends without such a line. The same again changes nothing.
///
/// # Errors
/// [`ImportError`]; then nothing was imported.
pub async fn import_laos(
    store: &Store,
    list: &Source,
    successors: Option<&Source>,
) -> Result<Imported, ImportError> {
    let listed = read_list(list)?;
    let successions = match successors {
        Some(file) => read_successions(file)?,
        None => Vec::new(),
    };
    let mut plan = Plan::read(store.write().await?).await?;
    plan.renumber(&successions).await?;
    plan.put_listed(&listed).await?;
    plan.put_offices(&listed).await?;
    plan.succeed(&successions).await?;
    plan.find_missing(list, &listed)?;
    let done = plan.finish().await?;
    // A merge moved counters and additions to the catalogue.
    catch_up(store).await?;
    Ok(done)
}

fn read_list(list: &Source) -> Result<Vec<Listed>, ImportError> {
    let columns = [
        "dla_code",
        "type",
        "full_name_th",
        "province_code",
        "district_code",
    ];
    let mut seen: HashSet<String> = HashSet::new();
    let mut listed = Vec::new();
    for row in table::read(list, &columns)? {
        let code = row.digits("dla_code", 7)?.to_owned();
        if !seen.insert(code.clone()) {
            return Err(row.error("lao_code_duplicate", format!("{code} is there twice")));
        }
        let lao_type = match row.need("type")? {
            "provincial_admin_org" | "pao" => LaoType::Pao,
            "city_municipality" => LaoType::CityMunicipality,
            "town_municipality" => LaoType::TownMunicipality,
            "subdistrict_municipality" => LaoType::SubdistrictMunicipality,
            "subdistrict_admin_org" | "sao" => LaoType::Sao,
            "special_admin_area" | "pattaya" => LaoType::Pattaya,
            other => {
                return Err(row.error("lao_type_unknown", format!("{other:?} is no type of LAO")));
            }
        };
        let name = row.need("full_name_th")?.to_owned();
        let province = row.digits("province_code", 2)?.to_owned();
        let district = if lao_type.serves_province() {
            None
        } else {
            let district = row.digits("district_code", 4)?.to_owned();
            if !district.starts_with(&province) {
                return Err(row.error(
                    "district_of_other_province",
                    format!("district {district} is not in province {province}"),
                ));
            }
            Some(district)
        };
        listed.push(Listed {
            row,
            code,
            lao_type,
            name,
            province,
            district,
        });
    }
    Ok(listed)
}

fn read_successions(file: &Source) -> Result<Vec<Succession>, ImportError> {
    let mut successions = Vec::new();
    for row in table::read(file, &["code", "fate", "successor", "date"])? {
        let code = row.need("code")?.to_owned();
        let fate = match row.need("fate")? {
            "renumbered" => Fate::Renumbered,
            "merged" => Fate::Merged,
            "split" => Fate::Split,
            "dissolved" => Fate::Dissolved,
            other => {
                return Err(row.error(
                    "fate_unknown",
                    format!("{other:?}: say renumbered, merged, split or dissolved"),
                ));
            }
        };
        let successor = row.get("successor").map(str::to_owned);
        if (fate == Fate::Dissolved) == successor.is_some() {
            return Err(row.error(
                "successor_missing",
                "all but dissolved need a successor, and dissolved has none",
            ));
        }
        let date = row.need("date")?;
        let date = Date::parse(date, format_description!("[year]-[month]-[day]"))
            .ok()
            // 2569 for 2026: a year of the Buddhist era, which would never come.
            .filter(|date| (1900..2400).contains(&date.year()))
            .ok_or_else(|| {
                row.error(
                    "date_malformed",
                    format!("{date:?}: say YYYY-MM-DD in the common era"),
                )
            })?;
        successions.push(Succession {
            row,
            code,
            fate,
            successor,
            date,
        });
    }
    Ok(successions)
}

/// The import while it is worked out, inside its transaction.
struct Plan {
    write: Write,
    laos: HashMap<i64, LaoRow>,
    ids: HashSet<Uuid>,
    /// Codes in force.
    current: HashMap<String, i64>,
    /// All codes that ever were.
    codes: Vec<CodeRow>,
    provinces: HashMap<String, String>,
    last_no: i64,
    done: Imported,
}

impl Plan {
    async fn read(mut write: Write) -> Result<Self, ImportError> {
        let laos: HashMap<i64, LaoRow> = write
            .all_laos()
            .await?
            .into_iter()
            .map(|lao| (lao.no, lao))
            .collect();
        let codes = write.all_codes().await?;
        let provinces = write
            .area_names()
            .await?
            .into_iter()
            .filter(|(code, _)| code.len() == 2)
            .collect();
        Ok(Self {
            ids: laos.values().map(|lao| lao.id).collect(),
            current: codes
                .iter()
                .filter(|code| code.to.is_none())
                .map(|code| (code.code.clone(), code.lao))
                .collect(),
            last_no: laos.keys().copied().max().unwrap_or(0),
            laos,
            codes,
            provinces,
            write,
            done: Imported::default(),
        })
    }

    /// Ends a code the day before a date.
    async fn end_code(&mut self, code: &str, date: Date) -> Result<(), ImportError> {
        self.current.remove(code);
        let last = date.previous_day().unwrap_or(date).to_string();
        let held = self
            .codes
            .iter_mut()
            .find(|held| held.code == code && held.to.is_none());
        if let Some(held) = held {
            held.to = Some(last);
            let ended = held.clone();
            self.write.put_codes(&[ended]).await?;
        }
        Ok(())
    }

    async fn add_code(
        &mut self,
        lao: i64,
        code: &str,
        from: Option<String>,
    ) -> Result<(), ImportError> {
        let row = CodeRow {
            lao,
            code: code.to_owned(),
            from,
            to: None,
        };
        self.write.put_codes(std::slice::from_ref(&row)).await?;
        self.codes.push(row);
        self.current.insert(code.to_owned(), lao);
        Ok(())
    }

    /// Gives LAOs the codes that they have now.
    async fn renumber(&mut self, successions: &[Succession]) -> Result<(), ImportError> {
        for line in successions
            .iter()
            .filter(|line| line.fate == Fate::Renumbered)
        {
            let Some(new) = &line.successor else { continue };
            if let Some(no) = self.current.get(&line.code).copied() {
                if self.current.contains_key(new) {
                    return Err(line
                        .row
                        .error("lao_code_taken", format!("{new} is another LAO's")));
                }
                self.end_code(&line.code, line.date).await?;
                self.add_code(no, new, Some(line.date.to_string())).await?;
                let revision = self.write.next_revision();
                if let Some(lao) = self.laos.get_mut(&no) {
                    lao.revision = revision;
                    let lao = lao.clone();
                    self.write.put_laos(&[lao]).await?;
                    self.done.changed += 1;
                }
            } else {
                self.ended_before(line)?;
            }
        }
        Ok(())
    }

    /// A line about a code that is not in force is fine if it was done before.
    fn ended_before(&self, line: &Succession) -> Result<(), ImportError> {
        if self.codes.iter().any(|held| held.code == line.code) {
            return Ok(());
        }
        Err(line
            .row
            .error("lao_code_unknown", format!("{} was never there", line.code)))
    }

    async fn put_listed(&mut self, listed: &[Listed]) -> Result<(), ImportError> {
        let mut put = Vec::new();
        let mut codes = Vec::new();
        let mut offices = Vec::new();
        let mut renamed = Vec::new();
        for line in listed {
            if !self.provinces.contains_key(&line.province) {
                return Err(line.row.error(
                    "province_unknown",
                    format!(
                        "there is no area of province {}: import the places first",
                        line.province
                    ),
                ));
            }
            if let Some(no) = self.current.get(&line.code).copied()
                && let Some(lao) = self.laos.get_mut(&no)
            {
                let after = LaoRow {
                    lao_type: line.lao_type,
                    name_th: line.name.clone(),
                    province: line.province.clone(),
                    district: line.district.clone(),
                    ..lao.clone()
                };
                if after == *lao {
                    self.done.same += 1;
                    continue;
                }
                renamed.push((lao.clone(), after.clone()));
                *lao = LaoRow {
                    revision: self.write.next_revision(),
                    ..after
                };
                put.push(lao.clone());
                self.done.changed += 1;
                continue;
            }
            let lao = self.new_lao(&line.code, |lao| LaoRow {
                lao_type: line.lao_type,
                name_th: line.name.clone(),
                province: line.province.clone(),
                district: line.district.clone(),
                ..lao
            });
            codes.push(CodeRow {
                lao: lao.no,
                code: line.code.clone(),
                from: None,
                to: None,
            });
            offices.push(self.main_office(&lao));
            put.push(lao);
        }
        self.write.put_laos(&put).await?;
        self.write.put_codes(&codes).await?;
        for code in codes {
            self.current.insert(code.code.clone(), code.lao);
            self.codes.push(code);
        }
        self.write.put_counters(&offices).await?;
        for (before, after) in renamed {
            self.rename_office(&before, &after).await?;
        }
        Ok(())
    }

    fn new_lao(&mut self, code: &str, fill: impl FnOnce(LaoRow) -> LaoRow) -> LaoRow {
        self.last_no += 1;
        // A code may be given again to another LAO, years later.
        let derived = derived_id("lao", code);
        let id = if self.ids.insert(derived) {
            derived
        } else {
            Uuid::now_v7()
        };
        let lao = fill(LaoRow {
            no: self.last_no,
            id,
            lao_type: LaoType::ProvincialOffice,
            name_th: String::new(),
            province: String::new(),
            district: None,
            roster_complete: false,
            revision: self.write.next_revision(),
        });
        self.laos.insert(lao.no, lao.clone());
        self.done.added += 1;
        lao
    }

    /// The due main office that each LAO has from the start.
    fn main_office(&mut self, lao: &LaoRow) -> CounterRow {
        let mut counter = CounterRow::new(
            derived_id("main office", &lao.id.to_string()),
            Definition {
                lao: lao.no,
                name: main_office_name(lao),
                kind: CounterKind::MainOffice,
                status: CounterStatus::Active,
                address: Address::default(),
                due: true,
                sample: false,
            },
        );
        counter.revision = self.write.next_revision();
        counter
    }

    /// Renames a main office with its LAO, unless its staff named it otherwise.
    async fn rename_office(&mut self, before: &LaoRow, after: &LaoRow) -> Result<(), ImportError> {
        let id = derived_id("main office", &before.id.to_string());
        let held = self.write.counters(&[id]).await?;
        if let Some(mut counter) = held.into_iter().next()
            && counter.definition.name == main_office_name(before)
        {
            counter.definition.name = main_office_name(after);
            counter.revision = self.write.next_revision();
            self.write.put_counters(&[counter]).await?;
        }
        Ok(())
    }

    /// The department's office in each province, which no list has.
    async fn put_offices(&mut self, listed: &[Listed]) -> Result<(), ImportError> {
        let mut provinces: Vec<&str> = listed.iter().map(|line| line.province.as_str()).collect();
        provinces.sort_unstable();
        provinces.dedup();
        for province in provinces {
            let code = format!("P{province}");
            if self.current.contains_key(&code) {
                self.done.same += 1;
                continue;
            }
            let name = self.provinces.get(province).cloned().unwrap_or_default();
            let lao = self.new_lao(&code, |lao| LaoRow {
                name_th: format!("สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด{name}"),
                province: province.to_owned(),
                ..lao
            });
            self.write.put_laos(std::slice::from_ref(&lao)).await?;
            self.add_code(lao.no, &code, None).await?;
            let office = self.main_office(&lao);
            self.write.put_counters(&[office]).await?;
        }
        Ok(())
    }

    /// Hands over what ended, once its successors are there.
    async fn succeed(&mut self, successions: &[Succession]) -> Result<(), ImportError> {
        let mut ended: HashMap<&str, i64> = HashMap::new();
        for line in successions
            .iter()
            .filter(|line| line.fate != Fate::Renumbered)
        {
            let no = match self.current.get(&line.code).copied() {
                Some(no) => {
                    self.end_code(&line.code, line.date).await?;
                    ended.insert(&line.code, no);
                    no
                }
                None => match ended.get(line.code.as_str()) {
                    Some(no) => *no,
                    None => {
                        self.ended_before(line)?;
                        continue;
                    }
                },
            };
            if let Some(code) = &line.successor {
                let Some(successor) = self.current.get(code).copied() else {
                    return Err(line.row.error(
                        "successor_unknown",
                        format!("{code} is no LAO's code today"),
                    ));
                };
                self.write.put_successors(&[(no, successor)]).await?;
                if line.fate == Fate::Merged {
                    self.write.hand_over(no, successor).await?;
                }
            }
            let revision = self.write.next_revision();
            if let Some(lao) = self.laos.get_mut(&no) {
                lao.revision = revision;
                let lao = lao.clone();
                self.write.put_laos(&[lao]).await?;
                self.done.changed += 1;
            }
        }
        Ok(())
    }

    /// Refuses a list that drops an LAO of one of its provinces without a word.
    fn find_missing(&self, list: &Source, listed: &[Listed]) -> Result<(), ImportError> {
        let codes: HashSet<&str> = listed.iter().map(|line| line.code.as_str()).collect();
        let provinces: HashSet<&str> = listed.iter().map(|line| line.province.as_str()).collect();
        let mut missing: Vec<&str> = self
            .current
            .iter()
            .filter(|(code, no)| {
                !codes.contains(code.as_str())
                    && self.laos.get(no).is_some_and(|lao| {
                        lao.lao_type != LaoType::ProvincialOffice
                            && provinces.contains(lao.province.as_str())
                    })
            })
            .map(|(code, _)| code.as_str())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        missing.sort_unstable();
        let shown = missing.iter().take(10).copied().collect::<Vec<_>>();
        Err(ImportError::File {
            file: list.name.clone(),
            code: "lao_missing",
            detail: format!(
                "{} codes of an earlier list are missing ({}{}): say in a file of successors what became of them",
                missing.len(),
                shown.join(", "),
                if missing.len() > shown.len() {
                    ", …"
                } else {
                    ""
                }
            ),
        })
    }

    async fn finish(mut self) -> Result<Imported, ImportError> {
        self.write.touch_reference().await?;
        super::audited(&mut self.write, "laos", self.done).await?;
        self.write.commit().await?;
        Ok(self.done)
    }
}

/// What people call an LAO's main office.
fn main_office_name(lao: &LaoRow) -> String {
    match lao.lao_type {
        LaoType::ProvincialOffice => lao.name_th.clone(),
        LaoType::Pattaya => format!("ศาลาว่าการ{}", lao.name_th),
        LaoType::Sao => format!("ที่ทำการ{}", lao.name_th),
        _ => format!("สำนักงาน{}", lao.name_th),
    }
}

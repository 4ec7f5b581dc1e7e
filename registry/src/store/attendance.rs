//! Who will come to a meeting, and who did.

use pakmut_domain::wire::payload::Attendance;
use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError, Write};

/// An LAO and a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attending {
    /// The LAO's number.
    pub lao: i64,
    /// Its id.
    pub id: Uuid,
    /// Its name in Thai.
    pub name_th: String,
    /// Whether it will come, as it said.
    pub will: Option<bool>,
    /// With how many people, as it said.
    pub people: i64,
    /// Whether somebody came, as an officer noted.
    pub came: Option<bool>,
}

/// How many LAOs of a province come to a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceSums {
    /// The province, by its code.
    pub province: String,
    /// Its Thai name.
    pub th: String,
    /// Its English name.
    pub en: String,
    /// Its LAOs.
    pub laos: i64,
    /// Those that said that they will come.
    pub will: i64,
    /// Those that said that they will not.
    pub will_not: i64,
    /// The people that those who will come bring.
    pub people: i64,
    /// Those that came.
    pub came: i64,
}

impl Read {
    /// The LAOs of a province and what each said of a meeting, by district and
    /// number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attendance(
        &mut self,
        meeting: &str,
        province: &str,
    ) -> Result<Vec<Attending>, StoreError> {
        self.sql(
            "SELECT l.no, l.id, l.name_th, a.will, COALESCE(a.people, 0), a.came FROM laos l \
             LEFT JOIN attendance a ON a.lao = l.no AND a.meeting = ",
        )
        .arg(meeting.to_owned())
        .push(" WHERE l.province = ")
        .arg(province.to_owned())
        .push(" ORDER BY COALESCE(l.district, ''), l.no")
        .rows(self.db())
        .await?
        .iter()
        .map(|row| {
            Ok(Attending {
                lao: row.int(0)?,
                id: row.id(1)?,
                name_th: row.text(2)?,
                will: row.opt_int(3)?.map(|will| will != 0),
                people: row.int(4)?,
                came: row.opt_int(5)?.map(|came| came != 0),
            })
        })
        .collect()
    }

    /// What an LAO said of a meeting: whether it will come, and with how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn said_of_meeting(
        &mut self,
        meeting: &str,
        lao: i64,
    ) -> Result<Option<(bool, i64)>, StoreError> {
        self.sql("SELECT will, people FROM attendance WHERE will IS NOT NULL AND meeting = ")
            .arg(meeting.to_owned())
            .push(" AND lao = ")
            .arg(lao)
            .row(self.db())
            .await?
            .map(|row| Ok((row.int(0)? != 0, row.int(1)?)))
            .transpose()
    }

    /// How many come to a meeting, by province.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attendance_sums(
        &mut self,
        meeting: &str,
    ) -> Result<Vec<AttendanceSums>, StoreError> {
        self.sql(
            "SELECT l.province, MIN(COALESCE(p.th, '')), MIN(COALESCE(p.en, '')), COUNT(*), \
             COUNT(CASE WHEN a.will = 1 THEN 1 END), \
             COUNT(CASE WHEN a.will = 0 THEN 1 END), \
             CAST(COALESCE(SUM(CASE WHEN a.will = 1 THEN a.people END), 0) AS BIGINT), \
             COUNT(CASE WHEN a.came = 1 THEN 1 END) FROM laos l \
             LEFT JOIN areas p ON p.code = l.province LEFT JOIN attendance a ON a.lao = l.no AND a.meeting = ",
        )
        .arg(meeting.to_owned())
        .push(" GROUP BY l.province ORDER BY l.province")
        .rows(self.db())
        .await?
        .iter()
        .map(|row| {
            Ok(AttendanceSums {
                province: row.text(0)?,
                th: row.text(1)?,
                en: row.text(2)?,
                laos: row.int(3)?,
                will: row.int(4)?,
                will_not: row.int(5)?,
                people: row.int(6)?,
                came: row.int(7)?,
            })
        })
        .collect()
    }
}

impl Write {
    /// Writes down whether an LAO will come to a meeting, and with how many; what
    /// was said last holds, in whichever order it arrives.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn say_of_meeting(
        &mut self,
        said: &Attendance,
        lao: i64,
        at: i64,
        account: Uuid,
    ) -> Result<(), StoreError> {
        self.sql(
            "INSERT INTO attendance (meeting, lao, will, people, answered, answered_by) VALUES (",
        )
        .arg(said.meeting.clone())
        .push(", ")
        .arg(lao)
        .push(", ")
        .arg(i64::from(said.will))
        .push(", ")
        .arg(i64::from(said.people))
        .push(", ")
        .arg(at)
        .push(", ")
        .id(account)
        .push(
            ") ON CONFLICT (meeting, lao) DO UPDATE SET will = excluded.will, \
                 people = excluded.people, answered = excluded.answered, \
                 answered_by = excluded.answered_by \
                 WHERE attendance.answered IS NULL OR excluded.answered > attendance.answered \
                 OR (excluded.answered = attendance.answered \
                 AND excluded.people > attendance.people)",
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Notes whether somebody of an LAO came to a meeting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_at_meeting(
        &mut self,
        meeting: &str,
        lao: i64,
        came: bool,
        at: i64,
        account: Uuid,
    ) -> Result<(), StoreError> {
        self.sql("INSERT INTO attendance (meeting, lao, people, came, noted, noted_by) VALUES (")
            .arg(meeting.to_owned())
            .push(", ")
            .arg(lao)
            .push(", 0, ")
            .arg(i64::from(came))
            .push(", ")
            .arg(at)
            .push(", ")
            .id(account)
            .push(
                ") ON CONFLICT (meeting, lao) DO UPDATE SET came = excluded.came, \
                 noted = excluded.noted, noted_by = excluded.noted_by",
            )
            .execute(self.db())
            .await?;
        Ok(())
    }
}

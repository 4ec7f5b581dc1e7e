//! The audit log shows what happened, and that nobody changed it.

use pakmut_domain::wire::push::Outcome;
use pakmut_registry::audit::{self, Act, AuditError, Head, Origin};
use pakmut_registry::import::{Source, import_users};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{LAO_A, LAO_B, Over, PASSWORD, World};

over_both!(
    a_row_that_is_changed_added_or_missing_shows,
    nobody_changes_a_row_by_accident,
    what_happens_is_in_the_log,
    users_and_files_are_in_the_log,
);

async fn fill(world: &World) {
    for n in 0..5 {
        let who = (n % 2 == 0).then(Uuid::now_v7);
        let what = json!({"n": n, "name": "สำนักงาน"});
        let origin = Origin::Address("203.0.113.7".parse().unwrap());
        audit::record_alone(world.server.store(), who, Act::Exported, what, origin)
            .await
            .unwrap();
    }
}

async fn broken_at(world: &World, kept: Option<Head>) -> Option<i64> {
    match audit::verify(world.server.store(), kept).await {
        Ok(_) => None,
        Err(AuditError::Broken { no, .. }) => Some(no),
        Err(error) => panic!("{error}"),
    }
}

async fn unlock(world: &World, over: Over) {
    world
        .execute(match over {
            Over::Sqlite => "DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept",
            Over::Postgres => {
                "DROP TRIGGER audit_unchanged ON audit; DROP TRIGGER audit_kept ON audit"
            }
        })
        .await;
}

async fn a_row_that_is_changed_added_or_missing_shows(over: Over) {
    for (change, shows_at) in [
        ("UPDATE audit SET act = 'sign_in' WHERE no = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE no = 1", 1),
        ("UPDATE audit SET who = NULL WHERE no = 5", 5),
        ("UPDATE audit SET what = '{}' WHERE no = 2", 2),
        ("UPDATE audit SET origin = 'command line' WHERE no = 4", 4),
        ("DELETE FROM audit WHERE no = 2", 2),
        ("DELETE FROM audit WHERE no = 5", 5),
        ("DELETE FROM audit", 1),
        (
            "INSERT INTO audit SELECT 6, at, who, act, what, origin, hash FROM audit WHERE no = 5",
            6,
        ),
        (
            "UPDATE audit_head SET no = 4, hash = (SELECT hash FROM audit WHERE no = 3)",
            4,
        ),
    ] {
        let world = World::empty(over).await;
        fill(&world).await;
        assert_eq!(broken_at(&world, None).await, None);
        unlock(&world, over).await;
        world.execute(change).await;
        assert_eq!(broken_at(&world, None).await, Some(shows_at), "{change}");
    }
    // The end cut off with its head shows against a head that was kept elsewhere.
    let world = World::empty(over).await;
    fill(&world).await;
    let kept = audit::head(world.server.store()).await.unwrap();
    assert_eq!(kept.no, 5);
    assert_eq!(kept.to_string().parse(), Ok(kept));
    unlock(&world, over).await;
    world.execute("DELETE FROM audit WHERE no = 5").await;
    world
        .execute("UPDATE audit_head SET no = 4, hash = (SELECT hash FROM audit WHERE no = 4)")
        .await;
    assert_eq!(broken_at(&world, None).await, None);
    assert_eq!(broken_at(&world, Some(kept)).await, Some(5));
    // And so does another row in its place.
    fill(&world).await;
    assert_eq!(broken_at(&world, None).await, None);
    assert_eq!(broken_at(&world, Some(kept)).await, Some(5));
}

async fn nobody_changes_a_row_by_accident(over: Over) {
    use sqlx::{AnyConnection, Connection, Executor};
    let world = World::empty(over).await;
    fill(&world).await;
    let mut db = AnyConnection::connect(&world.url).await.unwrap();
    for change in [
        "UPDATE audit SET act = 'x'",
        "DELETE FROM audit WHERE no = 1",
    ] {
        let error = db.execute(change).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    db.close().await.unwrap();
    assert_eq!(broken_at(&world, None).await, None);
}

/// The rows that the export has, by act: who, what and origin.
async fn exported(world: &World) -> Vec<(String, String, Value, String)> {
    let mut csv = Vec::new();
    audit::export(world.server.store(), &mut csv).await.unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let what = serde_json::from_str(&row[4]).unwrap();
            assert!(row[1].ends_with('Z'), "{}", &row[1]);
            (
                row[3].to_owned(),
                row[2].to_owned(),
                what,
                row[5].to_owned(),
            )
        })
        .collect()
}

async fn what_happens_is_in_the_log(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let office = world.main_office(LAO_A).await;
    let pin = phone.pin(office, 1_000, &[]);
    world.push(&phone, std::slice::from_ref(&pin)).await;
    let review = officer.review(pin.id, "approved", &[]);
    world.push(&officer, std::slice::from_ref(&review)).await;
    let mut forged = phone.signed(&phone.pin(office, 2_000, &[]));
    forged.saved.wall += 1;
    let results = world.push_as_is(&phone, &[forged.clone()]).await;
    assert_eq!(results[0].result, Outcome::Refused);
    let rows = exported(&world).await;
    let of = |act: &str| rows.iter().filter(|row| row.0 == act).collect::<Vec<_>>();
    let account = |phone: &crate::common::Phone| phone.session.account.id.to_string();
    // Areas, LAOs and users were read in on the registry's own machine.
    let imported = of("imported");
    assert_eq!(imported.len(), 3, "{rows:?}");
    assert!(
        imported
            .iter()
            .all(|row| row.3 == "command line" && row.1.is_empty())
    );
    let signed_in = of("sign_in");
    assert_eq!(signed_in.len(), 2);
    assert_eq!(
        (&signed_in[0].1, &*signed_in[0].3),
        (&account(&phone), "127.0.0.1")
    );
    assert_eq!(signed_in[0].2["device"], phone.device.to_string());
    let reviewed = of("reviewed");
    assert_eq!(reviewed.len(), 1);
    assert_eq!(
        (&reviewed[0].1, &*reviewed[0].3),
        (&account(&officer), "127.0.0.1")
    );
    assert_eq!(reviewed[0].2["pin"], pin.id.to_string());
    assert_eq!(reviewed[0].2["decision"], "approved");
    let refused = of("items_refused");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1, account(&phone));
    assert_eq!(refused[0].2["items"], json!([[forged.id, "sig_wrong"]]));
    // What was told twice is written once.
    world.push(&officer, &[review]).await;
    assert_eq!(exported(&world).await.len(), rows.len());
}

async fn users_and_files_are_in_the_log(over: Over) {
    let world = World::new(over).await;
    // One moves to another LAO, one stays as they are, one gets a new password.
    let users = Source {
        name: "users.csv".to_owned(),
        text: format!(
            "username,role,dla_code,province_code,password\n\
             staff-a,lao,{LAO_B},,\n\
             staff-b,lao,{LAO_B},,\n\
             tester-a,tester,{LAO_A},,another-{PASSWORD}\n"
        ),
    };
    import_users(world.server.store(), &[users]).await.unwrap();
    let mut officer = world.browse("officer").await;
    assert_eq!(officer.get("/provinces/50/export/csv").await.status, 200);
    let rows = exported(&world).await;
    let of = |act: &str| rows.iter().filter(|row| row.0 == act).collect::<Vec<_>>();
    let added = of("user_added");
    assert_eq!(added.len(), 6, "{rows:?}");
    let changed = of("user_changed");
    assert_eq!(changed.len(), 2, "{rows:?}");
    assert_eq!(changed[0].2["account"], added[0].2["account"]);
    assert_ne!(changed[0].2["lao"], added[0].2["lao"]);
    assert_eq!(changed[0].2["password"], false);
    assert_eq!(changed[1].2["password"], true);
    assert!(changed.iter().all(|row| row.3 == "command line"));
    let taken = of("exported");
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].2["kind"], "csv");
    assert_eq!((&*taken[0].3, taken[0].1.is_empty()), ("127.0.0.1", false));
    let text = serde_json::to_string(&rows.iter().map(|row| &row.2).collect::<Vec<_>>()).unwrap();
    assert!(!text.contains(PASSWORD));
}

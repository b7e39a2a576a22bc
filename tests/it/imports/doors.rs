//! Where files go, and what they are found to be.

use super::{CREATE, apply, file, plan};
use crate::support::{Engine, World, each_engine, user_errors};
use chrono::TimeDelta;
use serde_json::{Value, json};

const FILE: &str = "query($id: ID!) { import(id: $id) { status failure fileBytes mappingProblems
    file { format encoding delimiter sheets hiddenSheets sheet headingRows dataRows skipped { first last reason } }
    mapping { field columns constant confidence } leftColumns { heading candidates } } }";

async fn made(world: &World, input: Value) -> (String, String) {
    let made = world.change(&world.admin, CREATE, input).await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["import"]["id"]), text(&made["uploadPath"]))
}

async fn told(world: &World, id: &str) -> Value {
    world.ask(&world.admin, FILE, json!({ "id": id })).await["import"].clone()
}

/// T-95, T-160: what a file is, is found out, shown, and can be said otherwise.
#[tokio::test]
async fn a_file_is_found_out_about_and_can_be_laid_out_otherwise() {
    each_engine(async |world| {
        let text = "Kontakte der M\u{fc}ller AG;;\n\nKundennr.;Nachname;E-Mail;Gr\u{f6}\u{df}e\n1;M\u{fc}ller;A@example.com;43\n2; Bee\u{a0};b@example.com;\nSumme;2;;\n";
        let bytes: Vec<u8> = text.chars().map(|letter| u8::try_from(letter as u32).expect("western")).collect();
        let id = file(&world, &world.admin, json!({ "kind": "CONTACTS", "name": "kontakte.csv" }), &bytes).await;
        let found = told(&world, &id).await;
        assert_eq!(found["file"], json!({
            "format": "TEXT", "encoding": "WINDOWS_1252", "delimiter": ";", "sheets": ["kontakte"], "hiddenSheets": [], "sheet": "kontakte",
            "headingRows": [3], "dataRows": 2,
            "skipped": [{ "first": 1, "last": 1, "reason": "a title above the headings" }, { "first": 6, "last": 6, "reason": "it sums up the rows above it" }]
        }));
        assert_eq!(found["fileBytes"], json!(bytes.len()));
        assert_eq!(found["leftColumns"], json!([{ "heading": "Gr\u{f6}\u{df}e", "candidates": [] }]));
        let map = "mutation($input: ImportMapInput!) { importMap(input: $input) { import { mapping { field columns constant } } userErrors { code message path } } }";
        let fields = json!([
            { "field": "externalId", "columns": ["kundennr"] },
            { "field": "organizationExternalId" },
            { "field": "jobTitle", "constant": "Buyer" },
            { "field": "lastName", "columns": ["Nachname"], "blankClears": true },
        ]);
        world.change(&world.admin, map, json!({ "id": id, "fields": fields, "saveAs": "Liste" })).await;
        assert_eq!(plan(&world, &world.admin, &id).await["totals"]["create"], 2);
        apply(&world, &world.admin, &id).await;
        let query = "{ contactByExternalId(externalId: \"2\") { lastName email jobTitle } }";
        let bee = world.ask(&world.admin, query, json!({})).await;
        assert_eq!(bee["contactByExternalId"], json!({ "lastName": "Bee", "email": "b@example.com", "jobTitle": "Buyer" }));
        // The next file of the kind takes the mapping by its name, and says which cells it cleaned.
        let again = file(&world, &world.admin, json!({ "kind": "CONTACTS", "name": "k.csv", "mapping": " liste" }), &bytes).await;
        assert_eq!(plan(&world, &world.admin, &again).await["totals"]["unchanged"], 2);
        let rows = "query($id: ID!) { import(id: $id) { rows(first: 9) { nodes { number cleanings { column before after } } } } }";
        let rows = world.ask(&world.admin, rows, json!({ "id": again })).await;
        assert_eq!(rows["import"]["rows"]["nodes"][1], json!({ "number": 5, "cleanings": [{ "column": "Nachname", "before": " Bee\u{a0}", "after": "Bee" }] }));
        let layout = json!({ "id": again, "layout": { "encoding": "UTF_8", "delimiter": "," } });
        let mapped = world.attempt(&world.admin, map, layout).await;
        assert_eq!(user_errors(&mapped), ["CONFLICT at id"], "a file that cannot be read so is refused");
        assert!(told(&world, &again).await["failure"].as_str().expect("why").contains("UTF-8"));
    })
    .await;
}

/// T-90: what is wrong with a mapping is said, and nothing is planned with it.
#[tokio::test]
async fn a_mapping_that_does_not_fit_is_refused_with_every_reason() {
    each_engine(async |world| {
        let id = file(&world, &world.admin, json!({ "kind": "CONTACTS" }), b"externalId,lastName\n1,A\n").await;
        let map = "mutation($input: ImportMapInput!) { importMap(input: $input) { import { id } userErrors { code message path } } }";
        for (fields, expected) in [
            (json!([{ "field": "shoeSize", "columns": ["lastName"] }]), vec!["INVALID at fields"]),
            (json!([{ "field": "email", "columns": ["nowhere"] }, { "field": "phone", "columns": ["neither"] }]), vec!["INVALID at fields", "INVALID at fields"]),
            (json!([{ "field": "email", "columns": ["lastName"], "constant": "x" }]), vec!["INVALID at fields.0.constant"]),
            (json!([{ "field": "birthDate", "constant": "yesterday" }]), vec!["INVALID at fields"]),
            (json!([{ "field": "externalId", "columns": ["externalId"], "keyWidth": 0 }]), vec!["INVALID at fields.0.keyWidth"]),
        ] {
            let refused = world.attempt(&world.admin, map, json!({ "id": id, "fields": fields })).await;
            assert_eq!(user_errors(&refused), expected, "{fields}");
        }
        let input = json!({ "id": id, "layout": { "headingRows": [2, 4] } });
        assert_eq!(user_errors(&world.attempt(&world.admin, map, input).await), ["INVALID at layout.headingRows"]);
        let unknown = world.attempt(&world.admin, CREATE, json!({ "kind": "CONTACTS", "mapping": "none" })).await;
        assert_eq!(user_errors(&unknown), ["NOT_FOUND at mapping"]);
        assert_eq!(plan(&world, &world.admin, &id).await["totals"]["create"], 1);
    })
    .await;
}

/// D7: a token is good for one file, for an hour, and for nothing else.
#[tokio::test]
async fn a_token_is_good_for_one_upload_within_an_hour() {
    each_engine(async |world| {
        let (id, path) = made(&world, json!({ "kind": "CONTACTS" })).await;
        let (status, _) = world.upload("/imports/ghu_wrong", b"externalId\n1\n").await;
        assert_eq!(status.as_u16(), 404);
        let plan = world
            .attempt(&world.admin, super::PLAN, json!({ "id": id }))
            .await;
        assert_eq!(
            user_errors(&plan),
            ["CONFLICT at id"],
            "it waits for its file"
        );
        let (status, said) = world.upload(&path, b"externalId\n1\n").await;
        assert_eq!((status.as_u16(), &said["id"]), (200, &json!(id)));
        let (status, _) = world.upload(&path, b"externalId\n2\n").await;
        assert_eq!(status.as_u16(), 404, "it is used up");
        let (_, late) = made(&world, json!({ "kind": "CONTACTS" })).await;
        world.clock.advance(TimeDelta::minutes(61));
        let (status, _) = world.upload(&late, b"externalId\n1\n").await;
        assert_eq!(status.as_u16(), 404, "it is too old");
        let stored = "SELECT count(*) FROM import WHERE upload_token_hash LIKE 'ghu%'";
        assert_eq!(world.number(stored).await, 0, "tokens are not stored");
    })
    .await;
}

/// D7: what is too large is refused before it is stored, and what is no file of rows says so.
#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_reason() {
    let small = |settings: &mut guildhall::app::Settings| settings.limits.upload_bytes = 100;
    let world = World::with(Engine::Sqlite, small).await;
    let (_, path) = made(&world, json!({ "kind": "CONTACTS" })).await;
    let (status, _) = world.upload(&path, &[b'x'; 101]).await;
    assert_eq!(status.as_u16(), 413);
    for (bytes, reason) in [
        (&b""[..], "the file is empty"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", "xls"),
        (b"{\"externalId\":1}\n[1]\n", "line 2"),
        (b"%PDF-1.7 and so on", "PDF"),
    ] {
        let (id, path) = made(&world, json!({ "kind": "CONTACTS" })).await;
        let (status, said) = world.upload(&path, bytes).await;
        assert_eq!((status.as_u16(), &said["status"]), (200, &json!("REFUSED")));
        let failure = told(&world, &id).await["failure"].clone();
        assert!(failure.as_str().expect("why").contains(reason), "{failure}");
    }
}

/// T-165: what a server that was killed has left goes on by itself.
#[tokio::test]
async fn an_import_that_was_left_goes_on_by_itself() {
    each_engine(async |world| {
        let rows: String = (0..700).map(|number| format!("{number},L{number}\n")).collect();
        let rows = format!("externalId,lastName\n{rows}");
        let id = file(&world, &world.admin, json!({ "kind": "CONTACTS" }), rows.as_bytes()).await;
        plan(&world, &world.admin, &id).await;
        let left = match world.engine {
            Engine::Sqlite => "UPDATE import SET status = 'APPLYING', position = 0, leased_by = X'00000000000000000000000000000001', leased_until = '2025-01-01T00:00:00+00:00'",
            Engine::Postgres => "UPDATE import SET status = 'APPLYING', position = 0, leased_by = '00000000-0000-0000-0000-000000000001', leased_until = '2025-01-01T00:00:00Z'",
        };
        world.sql(left).await;
        let (close, closed) = tokio::sync::watch::channel(false);
        let picking = tokio::spawn(world.app.clone().pick_up_imports(closed));
        for _ in 0..200 {
            if told(&world, &id).await["status"] == "APPLIED" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        close.send(true).expect("it listens");
        picking.await.expect("it ends");
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 700);
    })
    .await;
}

/// T-92: types, lines of business and groups that are not there yet come with the file of whoever may add them; the plan adds none.
#[tokio::test]
async fn names_that_are_not_there_yet_come_with_the_file_of_whoever_may_add_them() {
    each_engine(async |world| {
        let rows = b"external_id,parent_external_id,name,type,business category,customer_group\n2,1,Two,Lab,Glass,NEW\n1,,One,lab,,new\n";
        let input = json!({ "kind": "ORGANIZATIONS", "name": "o.csv" });
        let id = file(&world, &world.admin, input, rows).await;
        let values = "SELECT (SELECT count(*) FROM organization_type) * 100 + (SELECT count(*) FROM business_category) * 10 + (SELECT count(*) FROM customer_group)";
        let before = world.number(values).await;
        assert_eq!(plan(&world, &world.admin, &id).await["totals"]["create"], 2);
        assert_eq!(world.number(values).await, before);
        assert_eq!(apply(&world, &world.admin, &id).await["totals"], json!({ "applied": 2, "refused": 0 }));
        assert_eq!(world.number(values).await, before + 111);
        let query = "{ organizationByExternalId(externalId: \"2\") { parent { name type { name } } type { name } businessCategory { name } customerGroup { name } } }";
        let two = world.ask(&world.admin, query, json!({})).await;
        let (lab, group) = (json!({ "name": "lab" }), json!({ "name": "new" }));
        assert_eq!(two["organizationByExternalId"], json!({ "parent": { "name": "One", "type": lab }, "type": lab, "businessCategory": { "name": "Glass" }, "customerGroup": group }));
    })
    .await;
}

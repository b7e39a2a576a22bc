//! What needs no database: the guard over a document, and the effective group. `cargo bench -p guildhall-bench`.

use async_graphql::Variables;
use criterion::{Criterion, criterion_group, criterion_main};
use entity::ids::CustomerGroupId;
use guildhall::customer_groups::rules::effective;
use guildhall::http::{Limits, guard};
use std::hint::black_box;

/// What clients ask most of the time.
const TYPICAL: &str = "query Contact($id: ID!) { contact(id: $id) { id fullName email effectiveCustomerGroup { id name }
    organization { id name parent { id name } } } }";

/// Much larger than what anybody writes by hand: fragments in three chains, and many aliases.
fn large() -> String {
    let names: String = (0..90).map(|nth| format!("f{nth}: fullName ")).collect();
    let mut document = format!(
        "query Large {{ contacts(first: 1) {{ nodes {{ {names} ...f0 ...f1 ...f2 }} }} }} "
    );
    for nth in 0..42 {
        let next = if nth < 39 {
            format!("...f{}", nth + 3)
        } else {
            String::new()
        };
        document += &format!(
            "fragment f{nth} on Contact {{ id fullName email phone jobTitle organization {{ id name }} {next} }} "
        );
    }
    document
}

fn the_guard(criterion: &mut Criterion) {
    let (limits, variables) = (Limits::default(), Variables::default());
    let with_id = Variables::from_json(serde_json::json!({ "id": "contact:1" }));
    for (name, text, variables) in [
        ("typical", TYPICAL.to_owned(), &with_id),
        ("large", large(), &variables),
    ] {
        let document = guard::read(&text, &limits, true).expect("a document within the limits");
        guard::check(&document, None, variables, &limits, true).expect("within the limits");
        criterion.bench_function(&format!("guard, reading a {name} document"), |bencher| {
            bencher.iter(|| guard::read(black_box(&text), &limits, true));
        });
        criterion.bench_function(&format!("guard, checking a {name} document"), |bencher| {
            bencher.iter(|| guard::check(black_box(&document), None, variables, &limits, true));
        });
    }
}

fn the_effective_group(criterion: &mut Criterion) {
    let group = |number: i64| (number > 0).then_some(CustomerGroupId(number));
    criterion.bench_function("effective group, all six cases", |bencher| {
        bencher.iter(|| {
            for (organizations, own) in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1)] {
                black_box(effective(
                    black_box(group(organizations)),
                    black_box(group(own)),
                ));
            }
        });
    });
}

criterion_group!(pure, the_guard, the_effective_group);
criterion_main!(pure);

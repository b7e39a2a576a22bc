//! The fields that columns can be mapped to are those that rows can give.

use guildhall::imports::service::Kind;
use std::collections::BTreeSet;

/// Of contacts the table of mappings knows more than one import takes: that is compared where it is read.
#[test]
fn what_a_column_can_be_mapped_to_is_what_a_row_of_that_kind_can_give() {
    let table = include_str!("../../../../sheets/src/mapping/fields.tsv");
    let fields = |kind: Kind| -> BTreeSet<&str> {
        let lines = table
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>());
        lines
            .filter(|line| line[0] == kind.name())
            .map(|line| line[1])
            .collect()
    };
    for kind in Kind::ALL {
        if kind == Kind::Contacts {
            continue;
        }
        let taken: BTreeSet<&str> = kind.fields().iter().copied().collect();
        assert_eq!(fields(kind), taken, "{}", kind.name());
    }
}

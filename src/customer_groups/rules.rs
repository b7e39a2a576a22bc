//! Which group a contact's prices are made for, without a database.

use entity::ids::CustomerGroupId;

/// Where an effective group comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "EffectiveCustomerGroupSource")]
pub enum Source {
    /// From the contact's own organization.
    Organization,
    /// From the contact itself.
    Contact,
    /// From nowhere: there is no effective group.
    None,
}

/// The effective group of a contact, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effective {
    pub group: Option<CustomerGroupId>,
    pub source: Source,
    /// The contact's own group when the organization's takes its place, also the same one (T-178).
    pub shadowed: Option<CustomerGroupId>,
}

/// The group of the contact's own organization if it has one, else the contact's own group, else none. Nothing further up the tree is
/// ever asked (T-13); both are taken whether archived or not (T-17).
#[must_use]
pub fn effective(
    organizations: Option<CustomerGroupId>,
    own: Option<CustomerGroupId>,
) -> Effective {
    match (organizations, own) {
        (Some(group), shadowed) => Effective {
            group: Some(group),
            source: Source::Organization,
            shadowed,
        },
        (None, Some(group)) => Effective {
            group: Some(group),
            source: Source::Contact,
            shadowed: None,
        },
        (None, None) => Effective {
            group: None,
            source: Source::None,
            shadowed: None,
        },
    }
}

/// The names that a sentence about an effective group may use: those that the viewer may see.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    pub group: Option<&'a str>,
    pub organization: Option<&'a str>,
    pub shadowed: Option<&'a str>,
    pub in_organization: bool,
}

/// One sentence that says why, for a person.
#[must_use]
pub fn summary(source: Source, names: Names<'_>) -> String {
    let group = names.group.unwrap_or("a group");
    let organization = names.organization.unwrap_or("the contact's organization");
    match (source, names.shadowed) {
        (Source::Organization, Some(shadowed)) => {
            format!("{group} comes from {organization}; the contact's own group {shadowed} does not count while it is there.")
        }
        (Source::Organization, None) => format!("{group} comes from {organization}."),
        (Source::Contact, _) if names.in_organization => {
            format!("{group} is the contact's own group; its organization has none, and organizations above never count.")
        }
        (Source::Contact, _) => format!("{group} is the contact's own group; it belongs to no organization."),
        (Source::None, _) if names.in_organization => {
            "Neither the contact nor its organization has a group, and organizations above never count.".to_owned()
        }
        (Source::None, _) => "The contact has no group and belongs to no organization.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const O: CustomerGroupId = CustomerGroupId(1);
    const C: CustomerGroupId = CustomerGroupId(2);

    #[test]
    fn the_truth_table_holds() {
        let row = |organizations, own| {
            let effective = effective(organizations, own);
            (effective.group, effective.source, effective.shadowed)
        };
        assert_eq!(row(None, None), (None, Source::None, None));
        assert_eq!(row(None, Some(C)), (Some(C), Source::Contact, None));
        assert_eq!(row(Some(O), None), (Some(O), Source::Organization, None));
        assert_eq!(
            row(Some(O), Some(C)),
            (Some(O), Source::Organization, Some(C))
        );
        assert_eq!(
            row(Some(O), Some(O)),
            (Some(O), Source::Organization, Some(O))
        );
    }
}

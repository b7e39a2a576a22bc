//! What can be exported, and which columns it has.

use crate::access::Permission;
use sheets::mapping::Target;
use sheets::write::Format;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exported {
    Organizations,
    Contacts,
    Prices,
}

impl Exported {
    pub const ALL: [Self; 3] = [Self::Organizations, Self::Contacts, Self::Prices];

    /// What it is as an import.
    #[must_use]
    pub const fn target(self) -> Target {
        match self {
            Self::Organizations => Target::Organizations,
            Self::Contacts => Target::Contacts,
            Self::Prices => Target::Prices,
        }
    }

    /// The name in addresses, of files, and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.target().name()
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What opens the list of it (T-197).
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Organizations => Permission::OrganizationList,
            Self::Contacts => Permission::ContactList,
            Self::Prices => Permission::PriceView,
        }
    }

    /// The headings, each a field of the import.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Organizations => &[
                "externalId",
                "name",
                "parentExternalId",
                "type",
                "businessCategory",
                "customerGroup",
                "description",
            ],
            Self::Contacts => &[
                "externalId",
                "fullName",
                "firstName",
                "middleName",
                "lastName",
                "email",
                "phone",
                "jobTitle",
                "birthDate",
                "preferredLanguage",
                "preferredCurrency",
                "acceptsMarketing",
                "organizationExternalId",
                "customerGroup",
            ],
            Self::Prices => &[
                "variantCode",
                "market",
                "customerGroup",
                "account",
                "currency",
                "minQuantity",
                "amount",
                "validFrom",
                "validUntil",
            ],
        }
    }
}

/// The format of a file by the ending of its name, without the dot.
#[must_use]
pub fn format(ending: &str) -> Option<Format> {
    match ending.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "xlsx" => Some(Format::Xlsx),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T-168.
    #[test]
    fn every_column_is_a_field_of_the_import() {
        for kind in Exported::ALL {
            let known = sheets::mapping::fields(kind.target());
            let strange = kind.columns().iter().find(|column| {
                let mut names = known.iter().map(|field| field.name);
                !names.any(|name| name == **column)
            });
            assert_eq!(strange, None, "{kind:?}");
            let mut required = known.iter().filter(|field| field.required);
            assert!(required.all(|field| kind.columns().contains(&field.name)));
        }
    }
}

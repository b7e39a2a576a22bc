//! Exports: organizations, contacts and prices as a file, in the form in which they are imported.
//!
//! - The **columns** are fields of imports by their own names, so that a file that was exported imports again, and changes nothing.
//!   References are what a file says of them: other systems' ids, names, codes, logins.
//! - The **rows** are those that the viewer's lists show, in the order in which they were made (T-168). What the viewer may not see of a
//!   reference is blank; a price whose buyer is hidden is left out, as it would read like one for everybody.
//! - A file is made **piece by piece**, a page at a time: nobody holds all of it. Rights are read anew for each page.
//!
//! Invariant: no text of a file is a formula (T-95).

pub mod rules;
pub mod service;

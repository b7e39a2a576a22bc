//! The tree's row, the number series and facts about the database itself.

crate::step!("m01_tree_and_numbers", |manager| {
    super::dialect::run(
        manager,
        r"
CREATE TABLE tree (
    id integer NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    CONSTRAINT tree_is_one_row CHECK (id = 1)
);
INSERT INTO tree (id, version) VALUES (1, 0);
CREATE TABLE number_series (
    name text NOT NULL PRIMARY KEY,
    next_number bigint NOT NULL
);
CREATE TABLE setting (
    name text NOT NULL PRIMARY KEY,
    value text NOT NULL
);
",
    )
    .await
});

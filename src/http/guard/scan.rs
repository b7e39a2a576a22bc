//! Looks at the text of a document before anything parses it.

use crate::http::{Limit, Limits, Refusal};

/// Counts tokens, directives and open brackets, in one pass and without recursion.
///
/// Nesting must be bounded before parsing: parser, validation and the drop of a document recurse
/// by it, and a stack overflow ends the process. What the scan takes for a string, the parser
/// must take for one as well. So a string that does not end is refused here: the parser would
/// read an open `"""` as an empty string and go on with what follows, which the scan never saw.
///
/// # Errors
/// The limit that was exceeded, or `Document` for a string without an end.
pub fn scan(query: &str, limits: &Limits, signed_in: bool) -> Result<(), Refusal> {
    let mut count = Count {
        limits,
        most_tokens: limits.tokens.of(signed_in),
        tokens: 0,
        directives: 0,
        depth: 0,
    };
    let mut rest = query.as_bytes();
    loop {
        rest = match rest {
            [] => return Ok(()),
            [b' ' | b'\t' | b'\n' | b'\r' | b',', tail @ ..] => tail,
            [b'#', tail @ ..] => skip_while(tail, |byte| !is_line_end(byte)),
            [b'"', b'"', b'"', tail @ ..] => {
                count.token()?;
                after_block_string(tail)?
            }
            [b'"', tail @ ..] => {
                count.token()?;
                after_string(tail)?
            }
            [b'{' | b'[' | b'(', tail @ ..] => {
                count.open()?;
                tail
            }
            [b'}' | b']' | b')', tail @ ..] => {
                count.close()?;
                tail
            }
            [b'@', tail @ ..] => {
                count.directive()?;
                tail
            }
            [b'.', b'.', b'.', tail @ ..] => {
                count.token()?;
                tail
            }
            [first, tail @ ..] => {
                count.token()?;
                if is_word(*first) {
                    skip_while(tail, is_word)
                } else {
                    tail
                }
            }
        }
    }
}

struct Count<'a> {
    limits: &'a Limits,
    most_tokens: u32,
    tokens: u32,
    directives: u32,
    depth: u32,
}

impl Count<'_> {
    fn token(&mut self) -> Result<(), Limit> {
        self.tokens += 1;
        if self.tokens > self.most_tokens {
            Err(Limit::Tokens(self.most_tokens))
        } else {
            Ok(())
        }
    }

    fn open(&mut self) -> Result<(), Limit> {
        self.depth += 1;
        let most = self.limits.bracket_depth;
        if self.depth > most {
            Err(Limit::BracketDepth(most))
        } else {
            self.token()
        }
    }

    fn close(&mut self) -> Result<(), Limit> {
        self.depth = self.depth.saturating_sub(1);
        self.token()
    }

    fn directive(&mut self) -> Result<(), Limit> {
        self.directives += 1;
        let most = self.limits.directives;
        if self.directives > most {
            Err(Limit::Directives(most))
        } else {
            self.token()
        }
    }
}

fn after_string(mut rest: &[u8]) -> Result<&[u8], Refusal> {
    loop {
        rest = match rest {
            [b'"', tail @ ..] => return Ok(tail),
            [b'\\', escaped, tail @ ..] if !is_line_end(*escaped) => tail,
            [byte, tail @ ..] if !is_line_end(*byte) && *byte != b'\\' => tail,
            _ => {
                return Err(Refusal::document(
                    "a string in the query does not end on its line",
                ));
            }
        }
    }
}

fn after_block_string(mut rest: &[u8]) -> Result<&[u8], Refusal> {
    loop {
        rest = match rest {
            [b'"', b'"', b'"', tail @ ..] => return Ok(tail),
            [b'\\', b'"', b'"', b'"', tail @ ..] | [_, tail @ ..] => tail,
            [] => {
                return Err(Refusal::document(
                    "a block string in the query does not end",
                ));
            }
        }
    }
}

fn skip_while(bytes: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes
        .iter()
        .position(|&byte| !skip(byte))
        .unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

const fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anonymous(query: &str) -> Result<(), Refusal> {
        scan(query, &Limits::default(), false)
    }

    fn is_document(result: &Result<(), Refusal>) -> bool {
        matches!(result, Err(Refusal::Document { .. }))
    }

    #[test]
    fn brackets_may_nest_40_deep_and_no_deeper() {
        let nested = |open: &str, depth: usize| format!("{{a(x:{}", open.repeat(depth - 2));
        for open in ["[", "{", "("] {
            assert_eq!(anonymous(&nested(open, 40)), Ok(()));
            assert_eq!(
                anonymous(&nested(open, 41)),
                Err(Limit::BracketDepth(40).into())
            );
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(100);
        assert_eq!(anonymous(&format!(r#"{{a(x:"{many}\"{many}")}}"#)), Ok(()));
        assert_eq!(
            anonymous(&format!(r#"{{a(x:"""{many}"\"""{many}""")}}"#)),
            Ok(())
        );
        for line_end in ["\n", "\r", "\r\n"] {
            assert_eq!(anonymous(&format!("#{many}{line_end}{{a}}")), Ok(()));
            let query = format!("#{line_end}{many}");
            assert_eq!(anonymous(&query), Err(Limit::BracketDepth(40).into()));
        }
    }

    #[test]
    fn a_string_must_end_because_the_parser_would_read_on_behind_it() {
        let many = "[".repeat(100);
        let unended = [
            "\"a",
            "\"a\n",
            "\"a\r",
            "\"a\\\n",
            "\"a\\\"",
            "\"\"\"\"",
            "\"\"\"\\\"\"\"",
        ];
        for open in unended {
            assert!(
                is_document(&anonymous(&format!("{{a(x:[{open} {many}"))),
                "{open}"
            );
        }
        for string in ["\"\"", "\"\"\"\"\"\"", "\"\"\"\\\"\"\"\"\"\""] {
            let got = anonymous(&format!("{{a(x:[{string} {many}"));
            assert_eq!(got, Err(Limit::BracketDepth(40).into()), "{string}");
        }
    }

    #[test]
    fn tokens_and_directives_are_counted() {
        assert_eq!(anonymous(&"a ".repeat(2_000)), Ok(()));
        assert_eq!(
            anonymous(&"a ".repeat(2_001)),
            Err(Limit::Tokens(2_000).into())
        );
        assert_eq!(scan(&"a ".repeat(5_000), &Limits::default(), true), Ok(()));
        assert_eq!(
            anonymous(&"@a".repeat(21)),
            Err(Limit::Directives(20).into())
        );
    }
}

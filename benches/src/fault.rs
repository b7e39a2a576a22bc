//! Why there are no figures: a sentence for whoever runs the command.

/// A sentence with its causes.
#[derive(Debug)]
pub struct Fault(pub String);

impl<E: std::error::Error> From<E> for Fault {
    fn from(fault: E) -> Self {
        let mut text = fault.to_string();
        let mut cause = fault.source();
        while let Some(deeper) = cause {
            text = format!("{text}: {deeper}");
            cause = deeper.source();
        }
        Self(text)
    }
}

/// A fault of our own.
pub fn told(text: impl Into<String>) -> Fault {
    Fault(text.into())
}

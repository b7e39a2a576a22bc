//! Which media type to answer in, and which one to read.

use std::cmp::Reverse;

use axum::http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE},
};

use super::Refusal;

/// The media type of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json`, for clients that do not say more: request errors have status 200.
    #[default]
    Json,
    /// `application/graphql-response+json`: request errors have status 400.
    GraphqlResponse,
}

impl MediaType {
    /// The one that the client likes best. Without `Accept` that is JSON.
    ///
    /// Of equal quality, the one named more exactly wins, then the one named first.
    ///
    /// # Errors
    /// `NotAcceptable` if the client takes neither.
    pub fn negotiate(headers: &HeaderMap) -> Result<Self, Refusal> {
        let ranges: Vec<Range> = headers
            .get_all(ACCEPT)
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .filter(|range| !range.trim().is_empty())
            .enumerate()
            .map(|(position, range)| Range::parse(position, range))
            .collect();
        if ranges.is_empty() {
            return Ok(Self::Json);
        }
        let liking = |media: Self| {
            let range = ranges
                .iter()
                .filter(|range| range.matches(media))
                .max_by_key(|range| range.exactness())?;
            (range.quality > 0).then_some((
                range.quality,
                range.exactness(),
                Reverse(range.position),
            ))
        };
        match (liking(Self::Json), liking(Self::GraphqlResponse)) {
            (None, None) => Err(Refusal::NotAcceptable),
            (json, graphql) if graphql > json => Ok(Self::GraphqlResponse),
            _ => Ok(Self::Json),
        }
    }

    /// The value of the `Content-Type` header.
    #[must_use]
    pub const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// The status if a document does not parse, is not valid, or is refused by a limit.
    #[must_use]
    pub const fn request_error_status(self) -> StatusCode {
        match self {
            Self::Json => StatusCode::OK,
            Self::GraphqlResponse => StatusCode::BAD_REQUEST,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }
}

/// Checks that a body is uncompressed JSON in UTF-8 and says so.
///
/// Any other type is refused, as a foreign page could send it without asking first.
///
/// # Errors
/// `UnsupportedMediaType`, also if the header is missing or there are two.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::UnsupportedMediaType);
    };
    let (name, mut parameters) = split(value.to_str().unwrap_or_default());
    let is_json = name.eq_ignore_ascii_case(MediaType::Json.name()) && parameters.all(is_utf_8);
    let is_plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding == "identity");
    if is_json && is_plain {
        Ok(())
    } else {
        Err(Refusal::UnsupportedMediaType)
    }
}

/// One entry of an `Accept` header.
struct Range<'a> {
    position: usize,
    name: &'a str,
    /// 0 to 1,000; 0 means never.
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(position: usize, text: &'a str) -> Self {
        let (name, parameters) = split(text);
        let mut quality = 1_000;
        for (key, value) in parameters {
            if key.eq_ignore_ascii_case("q") {
                quality = thousandths(value);
            } else if key.eq_ignore_ascii_case("charset") && !is_utf_8((key, value)) {
                quality = 0;
            }
        }
        Self {
            position,
            name,
            quality,
        }
    }

    fn matches(&self, media: MediaType) -> bool {
        self.name.eq_ignore_ascii_case(media.name()) || self.exactness() < 2
    }

    /// 2 for a name. 0 for anything, 1 for anything of ours, 2 for other names too.
    fn exactness(&self) -> u8 {
        match self.name {
            "*/*" => 0,
            name if name.eq_ignore_ascii_case("application/*") => 1,
            _ => 2,
        }
    }
}

/// The name of a media type and its parameters, `("", "")` left out.
fn split(text: &str) -> (&str, impl Iterator<Item = (&str, &str)>) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let parameters = parts.filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (key.trim(), value.trim().trim_matches('"'))
    });
    (name, parameters)
}

fn is_utf_8((key, value): (&str, &str)) -> bool {
    key.eq_ignore_ascii_case("charset") && value.eq_ignore_ascii_case("utf-8")
}

/// A quality as RFC 9110 writes it, `0.333` at the finest. Anything else is 0.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let is_fraction = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if is_fraction => 1_000,
        "0" if is_fraction => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(value).unwrap());
        MediaType::negotiate(&headers).ok()
    }

    #[test]
    fn the_answer_is_in_the_type_that_the_client_likes_best() {
        let json = [
            "",
            "*/*",
            "application/*",
            "application/json",
            "APPLICATION/JSON; Charset=UTF-8",
            "text/html, */*;q=0.1",
            "application/json, application/graphql-response+json",
            "application/graphql-response+json;q=0, */*",
            "application/graphql-response+json;q=0.5, application/json;q=0.501",
            "application/graphql-response+json;charset=latin1, application/json",
        ];
        for value in json {
            assert_eq!(accept(value), Some(MediaType::Json), "{value}");
        }
        let graphql = [
            "application/graphql-response+json",
            "Application/GraphQL-Response+JSON;charset=\"utf-8\"",
            "application/graphql-response+json, application/json",
            "*/*, application/graphql-response+json",
            "application/json;q=0.9, application/graphql-response+json",
            "application/json;q=0, */*",
        ];
        for value in graphql {
            assert_eq!(accept(value), Some(MediaType::GraphqlResponse), "{value}");
        }
        for value in [
            "text/html",
            "*/*;q=0",
            "application/json;q=2",
            "application/json;charset=latin1",
            "text/*",
        ] {
            assert_eq!(accept(value), None, "{value}");
        }
    }

    #[test]
    fn a_body_must_say_that_it_is_json() {
        let check = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(value).unwrap());
            check_content_type(&headers).is_ok()
        };
        for value in [
            "application/json",
            "Application/JSON;charset=UTF-8",
            "application/json ; charset=\"utf-8\";",
        ] {
            assert!(check(value), "{value}");
        }
        for value in [
            "",
            "text/plain",
            "application/json;charset=latin1",
            "application/jsonp",
            "application/json;a=b",
        ] {
            assert!(!check(value), "{value}");
        }
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}

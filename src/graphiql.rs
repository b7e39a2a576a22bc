//! The page to explore the API with: GraphiQL, carried in the binary, with worked examples and a sign-in ready to use.
//!
//! Nothing on the page comes from another host. GraphiQL itself is fetched by build.rs; where that could not be done,
//! the page is a plain query box that says so. The rest of the page lies in web/.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    extract::{Path, RawQuery},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde_json::json;

/// What the page offers.
pub struct Page {
    /// The path that queries are sent to: `/graphql`.
    pub endpoint: &'static str,
    /// Sent as a bearer token with every query, so it is in the hands of everybody who can open the page.
    /// `None`: people sign in themselves.
    pub token: Option<String>,
    /// The operations to open with, the first one in front.
    pub tabs: Vec<Tab>,
    /// Stands behind the product's name at the top: "demo data · signed in as administrator".
    pub notice: String,
}

/// An operation to open with.
pub struct Tab {
    /// The name of its operation, which GraphiQL shows as the title.
    pub name: Cow<'static, str>,
    pub query: Cow<'static, str>,
    /// A JSON object.
    pub variables: Option<Cow<'static, str>>,
    /// Whether the variables are secret, or others after each start: then the browser does not keep them.
    pub fleeting: bool,
    /// Sent instead of the page's token: who this one is for. An empty one is nobody's.
    pub token: Option<String>,
}

/// The examples that fit the demo data.
#[must_use]
pub fn demo_tabs() -> Vec<Tab> {
    macro_rules! tab {
        ($name:literal) => {
            Tab {
                name: Cow::Borrowed($name),
                query: Cow::Borrowed(include_str!(concat!("../web/tabs/", $name, ".graphql"))),
                variables: None,
                fleeting: false,
                token: None,
            }
        };
        ($name:literal with variables) => {
            Tab {
                variables: Some(Cow::Borrowed(include_str!(concat!(
                    "../web/tabs/",
                    $name,
                    ".json"
                )))),
                ..tab!($name)
            }
        };
    }
    vec![
        tab!("OrganizationTree"),
        tab!("EffectiveGroups"),
        tab!("SearchContacts" with variables),
        tab!("PlaceInTree" with variables),
        tab!("CustomerGroups"),
        tab!("BasketOfGold"),
        tab!("BasketOfSilver"),
        tab!("BasketOfAnybody"),
        tab!("CustomerAndOrders"),
        tab!("MyCustomers"),
        tab!("PlaceOrder"),
        tab!("OrderAsGuest"),
        tab!("TryRename" with variables),
        tab!("CreateContact" with variables),
        tab!("RolesAndAccounts"),
        tab!("WhyMayThey"),
        tab!("ActOnBehalf"),
        tab!("WhoAmI"),
        tab!("SignIn"),
        tab!("ForgotPassword"),
        tab!("SetNewPassword" with variables),
    ]
}

/// `/graphiql` and the files of the page, `/`, which leads there, and `/favicon.ico`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the page is the router's from here on"
)]
pub fn routes(page: Page) -> Router {
    let html: Arc<str> = html(&page).into();
    Router::new()
        .route("/", get(async || Redirect::to("/graphiql")))
        .route(
            "/graphiql",
            get(async move || page_response(html.to_string())),
        )
        .route("/graphiql/", get(async || Redirect::to("/graphiql")))
        .route("/graphiql/{file}", get(asset))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
}

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

/// Our own files.
static OWN: [Asset; 3] = [
    Asset {
        name: "page.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../web/page.css"),
    },
    Asset {
        name: "page.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../web/page.js"),
    },
    Asset {
        name: "plain.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../web/plain.js"),
    },
];

/// GraphiQL and what it needs; `None` if build.rs could not fetch them.
static FETCHED: Option<&[Asset]> = include!(concat!(env!("OUT_DIR"), "/graphiql_assets.rs"));

fn assets() -> impl Iterator<Item = &'static Asset> {
    OWN.iter().chain(FETCHED.into_iter().flatten())
}

/// Changes with any of the files, and stands in the addresses of all of them: browsers keep a file for good under the
/// address of its version.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for asset in assets() {
        (asset.name, asset.bytes).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

async fn asset(Path(file): Path<String>, RawQuery(query): RawQuery) -> Response {
    let Some(asset) = assets().find(|asset| asset.name == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_this_version =
        query.as_deref().and_then(|query| query.strip_prefix("v=")) == Some(VERSION.as_str());
    let caching = if is_this_version {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, caching),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.bytes).into_response()
}

/// Scripts come from files of this server only. GraphiQL's editor needs styles inline; its fonts are data addresses.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

fn page_response(html: String) -> Response {
    const PAGE_HEADERS: [(HeaderName, &str); 6] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        // The page holds a token, and a token of an earlier run would be refused.
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    (PAGE_HEADERS, html).into_response()
}

fn html(page: &Page) -> String {
    let template = match FETCHED {
        Some(_) => include_str!("../web/page.html"),
        None => include_str!("../web/plain.html"),
    };
    template
        .replace("{{version}}", &VERSION)
        .replace("{{notice}}", &escaped_text(&page.notice))
        .replace("{{config}}", &config(page))
}

/// The page's settings as JSON that can stand between `<script>` and `</script>`.
fn config(page: &Page) -> String {
    let tabs: Vec<_> = page
        .tabs
        .iter()
        .map(
            |Tab {
                 name,
                 query,
                 variables,
                 fleeting,
                 token,
             }| json!({ "name": name, "query": query, "variables": variables, "fleeting": fleeting, "token": token }),
        )
        .collect();
    json!({ "endpoint": page.endpoint, "token": page.token, "tabs": tabs })
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn escaped_text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

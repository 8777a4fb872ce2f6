//! How things on a page are named and found.

use std::fmt;

use fantoccini::{
    Client,
    elements::{Element, ElementRef},
};
use serde_json::{Value, json};

use super::command::accessible_name;
use crate::{Error, Result};

/// What to look for. Only what is visible is found. Names are compared whole, with white space of
/// any kind and length as one blank.
#[derive(Debug, Clone, Copy)]
pub enum Find<'a> {
    /// A button (or a fold-out's heading) by its accessible name.
    Button(&'a str),
    /// A link by its accessible name.
    Link(&'a str),
    /// A field (text, choice, check box) by its accessible name, which its label gives.
    Field(&'a str),
    /// Anything with this `role` attribute and this accessible name.
    Role(&'a str, &'a str),
    /// The innermost elements whose text contains this.
    Text(&'a str),
    /// By the attribute `data-do`, which is the same in every language.
    Do(&'a str),
    /// By a CSS selector, where nothing a person sees will do.
    Css(&'a str),
}

impl Find<'_> {
    /// A selector for all that may be it, and the accessible name that decides, if any.
    fn candidates(self) -> (String, Option<String>) {
        match self {
            Self::Button(name) => (
                "button, summary, input[type=button], input[type=submit], [role=button]".into(),
                Some(squeezed(name)),
            ),
            Self::Link(name) => ("a[href], [role=link]".into(), Some(squeezed(name))),
            Self::Field(name) => {
                ("input, textarea, select, [role=textbox]".into(), Some(squeezed(name)))
            }
            Self::Role(role, name) => (format!("[role={role:?}]"), Some(squeezed(name))),
            Self::Text(_) => ("body *".into(), None),
            Self::Do(action) => (format!("[data-do={action:?}]"), None),
            Self::Css(selector) => (selector.into(), None),
        }
    }
}

impl fmt::Display for Find<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Button(name) => write!(f, "the button {name:?}"),
            Self::Link(name) => write!(f, "the link {name:?}"),
            Self::Field(name) => write!(f, "the field {name:?}"),
            Self::Role(role, name) => write!(f, "the {role} {name:?}"),
            Self::Text(text) => write!(f, "something with the text {text:?}"),
            Self::Do(action) => write!(f, "what does {action:?} (data-do)"),
            Self::Css(selector) => write!(f, "what `{selector}` selects"),
        }
    }
}

/// Visible elements for a selector; with a text, only the innermost that contain it.
const VISIBLE: &str = "
const [selector, text] = arguments;
const squeezed = element => element.innerText.replace(/\\s+/g, ' ').trim();
const holds = element => element.innerText !== undefined && squeezed(element).includes(text);
return [...document.querySelectorAll(selector)].filter(element =>
    element.checkVisibility({visibilityProperty: true})
    && element.getClientRects().length > 0
    && (text === null || holds(element) && ![...element.children].some(holds)));";

/// Up to `most` elements that are there at this moment, in the page's order.
pub(super) async fn all(client: &Client, find: Find<'_>, most: usize) -> Result<Vec<Element>> {
    let (selector, name) = find.candidates();
    let text = if let Find::Text(text) = find { json!(squeezed(text)) } else { Value::Null };
    let doing = || Error::webdriver(format!("look for {find}"));
    let visible = client.execute(VISIBLE, vec![json!(selector), text]).await.map_err(doing())?;
    let mut found = Vec::new();
    for element in elements(client, &visible) {
        if found.len() == most {
            break;
        }
        let is_it = match &name {
            None => true,
            Some(name) => match accessible_name(client, &element).await {
                Ok(its_name) => squeezed(&its_name) == *name,
                // The page has changed meanwhile; whoever waits will look again.
                Err(error) if error.is_stale_element_reference() => false,
                Err(error) => return Err(doing()(error)),
            },
        };
        if is_it {
            found.push(element);
        }
    }
    Ok(found)
}

/// White space of any kind and length as one blank, none at the ends.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The elements in a script's result. Each is an object with one entry, whose value is the
/// reference (W3C `WebDriver`, "Elements").
fn elements(client: &Client, result: &Value) -> impl Iterator<Item = Element> {
    let reference = |value: &Value| {
        let reference = value.as_object()?.values().next()?.as_str()?;
        Some(ElementRef::from(reference.to_owned()))
    };
    result
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(reference)
        .map(|reference| Element::from_element_id(client.clone(), reference))
}

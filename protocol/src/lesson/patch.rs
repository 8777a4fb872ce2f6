//! A change to something that is written as JSON, by naming only what is different (RFC 7396).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON merge patch: members that are named take the place of those that were there, objects are merged, and
/// `null` puts a member back to its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patch(Value);

impl Patch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_null()
    }

    /// The same with this changed.
    ///
    /// # Errors
    /// The patch names what the type does not have, or gives it a value that it cannot take.
    pub fn applied<T: Serialize + DeserializeOwned>(&self, to: &T) -> serde_json::Result<T> {
        // By way of the text, which is read and written elsewhere too: for everything in a lesson a second reader and a
        // second writer, of values, are 60 KB of WebAssembly.
        let mut value = serde_json::from_str(&serde_json::to_string(to)?)?;
        if !self.is_empty() {
            merge(&mut value, &self.0);
        }
        serde_json::from_str(&value.to_string())
    }
}

fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        value.clone_from(patch);
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(members) = value {
        for (name, change) in patch {
            if change.is_null() {
                members.remove(name);
            } else {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The examples of RFC 7396, appendix A, whose results are not `null` at the top.
    #[test]
    fn the_examples_of_the_rfc_are_met() {
        for (before, patch, after) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(Patch(patch.clone()).applied(&before).unwrap(), after, "{patch}");
        }
    }
}

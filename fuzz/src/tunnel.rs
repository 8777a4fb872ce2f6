//! What a bridge tells a page.

use protocol::tunnel::{BridgeInfo, CloseCode, TunnelEvent};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A bridge's messages are read or refused, and what was read survives being written; close codes too.
///
/// The input is the text of a message.
pub fn tunnel(json: &[u8]) {
    round::<TunnelEvent>(json);
    round::<BridgeInfo>(json);
    if let Some(&[high, low]) = json.first_chunk() {
        let code = u16::from_be_bytes([high, low]);
        assert!(CloseCode::from_code(code).is_none_or(|known| known.code() == code));
    }
}

fn round<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(json) {
        let written = serde_json::to_string(&value).expect("what was read can be written");
        let again = serde_json::from_str::<T>(&written).expect("what was written can be read");
        assert_eq!(again, value);
    }
}

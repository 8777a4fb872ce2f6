//! The module in a worker: its messages come in and go out as bytes.

use crate::Module;
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use tls_messages::{FromModule, ToModule, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Listens, where this is a worker, and says so.
#[wasm_bindgen(start)]
fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let module = RefCell::new(Module::default());
    let answering = scope.clone();
    let answer = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let asked = Uint8Array::new(&event.data()).to_vec();
        // The page and this module are built together; a message that is none has nobody to tell.
        let Some(asked) = decode::<Vec<ToModule>>(&asked) else { return };
        let told = module.borrow_mut().handle(asked);
        if !told.is_empty() {
            post(&answering, &told);
        }
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    answer.forget();
    post(&scope, &[FromModule::Ready]);
}

/// Hands the bytes over instead of having them copied once more.
fn post(scope: &DedicatedWorkerGlobalScope, told: &[FromModule]) {
    let bytes = Uint8Array::from(&encode(&told)[..]);
    let buffer = bytes.buffer();
    // A page that is gone hears nothing.
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&buffer));
}

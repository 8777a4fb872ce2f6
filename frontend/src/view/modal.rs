//! What the dialogs over the page have in common.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Opens the `<dialog>` that this is set on as `ref`, over everything else, for as long as its component is
/// there. The browser keeps the focus inside meanwhile, and afterwards gives it back to what had it before.
#[hook]
pub(super) fn use_modal() -> NodeRef {
    let dialog = use_node_ref();
    use_effect_with(dialog.clone(), |dialog| {
        let dialog = dialog.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // It fails only where the dialog is open already, or is not on the page.
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    dialog
}

//! What the harness says when there is no bridge to start.

use std::path::Path;

use e2e::bridge::Bridge;

#[tokio::test]
async fn a_bridge_that_was_not_built_is_named_with_the_command_that_builds_it() {
    let error = Bridge::start_binary(Path::new("/nowhere/smtp-bridge"), &[]).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("/nowhere/smtp-bridge is not there"), "{said}");
    assert!(said.contains("`cargo xtask build`"), "{said}");
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_reported_with_what_it_said() {
    let error = Bridge::start_binary(Path::new("/bin/ls"), &["--nonsense"]).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("ended (exit status: 2)"), "{said}");
    assert!(said.contains("--listen"), "{said}");
}

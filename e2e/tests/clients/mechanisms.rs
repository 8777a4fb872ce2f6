//! Logging in, by every mechanism that the programs know.

use super::{PASSWORD, TEACHER, USER, curl, expect_messages_by_user, run, smtplib, swaks};
use e2e::bridge::Bridge;

#[tokio::test]
async fn curl_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let send = |mechanism: &str, login: &[&str]| {
        let mut curl = curl::sending(&bridge, USER, &[TEACHER]);
        run(curl.args(["--login-options", &format!("AUTH={mechanism}")]).args(login))
    };
    let password = format!("{USER}:{PASSWORD}");
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        // With the first response in the command itself, and without.
        for initial in [&["--sasl-ir"][..], &[]] {
            let ran = send(mechanism, &[&["--user", &password], initial].concat());
            assert_eq!(ran.code, Some(0), "{mechanism} {initial:?}: {}", ran.printed);
        }
    }
    for mechanism in ["OAUTHBEARER", "XOAUTH2"] {
        let ran = send(mechanism, &["--user", USER, "--oauth2-bearer", PASSWORD]);
        assert_eq!(ran.code, Some(0), "{mechanism}: {}", ran.printed);
    }
    expect_messages_by_user(&bridge, 8).await;
    // CURLE_LOGIN_DENIED, once it has read why.
    let ran = send("OAUTHBEARER", &["--user", USER, "--oauth2-bearer", "expired"]);
    assert_eq!(ran.code, Some(67), "{}", ran.printed);
}

#[tokio::test]
async fn swaks_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let mut swaks = swaks::sending(&bridge, USER, &[TEACHER]);
        let login = ["--auth", mechanism, "--auth-user", USER, "--auth-password", PASSWORD];
        let ran = run(swaks.args(login));
        assert_eq!(ran.code, Some(0), "{mechanism}: {}", ran.printed);
    }
    expect_messages_by_user(&bridge, 3).await;
}

#[tokio::test]
async fn python_s_smtplib_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["plain", "login", "cram_md5"] {
        let name = mechanism.replace('_', "-").to_uppercase();
        smtplib::session(
            &bridge,
            &format!(
                "server.ehlo()\n\
                 server.user, server.password = '{USER}', '{PASSWORD}'\n\
                 server.auth('{name}', server.auth_{mechanism})\n\
                 server.sendmail('{USER}', ['{TEACHER}'], 'Subject: x\\n\\nHello')\n"
            ),
        );
    }
    expect_messages_by_user(&bridge, 3).await;
}

//! The folder of one server: its configuration, queue, logins and mailboxes.

use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::Options;
use crate::{Error, Result, unpack::Tree};

/// A user and a group that every Debian has, so that none needs to be added to the system.
/// Postfix wants them for itself alone; on a test's machine nobody else uses these.
const OWNER: &str = "uucp";
const DROP_GROUP: &str = "news";

/// Debian's `nobody`, who keeps the mailboxes.
const NOBODY: u32 = 65_534;

/// Makes the folder, ready for `master -c FOLDER/conf`.
pub(super) fn lay_out(options: &Options, ports: [u16; 2], tree: &Tree) -> Result<TempDir> {
    // Below the system's temporary folder, since Postfix's daemons, who are not root, must reach
    // it: a checkout in /root would be closed to them.
    let folder = TempDir::with_prefix("e2e-postfix-").map_err(Error::io("make a folder"))?;
    let base = folder.path();
    let owner = id_of(OWNER, "/etc/passwd")?;
    let group = id_of(DROP_GROUP, "/etc/group")?;
    make(base, 0o711, 0, 0)?;
    make(&base.join("conf"), 0o755, 0, 0)?;
    make(&base.join("conf/sasl"), 0o755, 0, 0)?;
    make(&base.join("q"), 0o755, 0, 0)?;
    make(&base.join("q/pid"), 0o755, 0, 0)?;
    for queue in ["active", "bounce", "corrupt", "defer", "deferred", "flush"] {
        make(&base.join("q").join(queue), 0o700, owner, 0)?;
    }
    for queue in ["hold", "incoming", "private", "saved", "trace"] {
        make(&base.join("q").join(queue), 0o700, owner, 0)?;
    }
    make(&base.join("q/public"), 0o710, owner, group)?;
    make(&base.join("q/maildrop"), 0o730, owner, group)?;
    make(&base.join("data"), 0o700, owner, 0)?;
    make(&base.join("mail"), 0o755, NOBODY, NOBODY)?;

    let conf = base.join("conf");
    write(&conf.join("main.cf"), &main_cf(options, base, tree))?;
    write(&conf.join("master.cf"), &master_cf(options, ports))?;
    write(&conf.join("mailboxes"), &mailboxes(options))?;
    write(&conf.join("body"), &body_checks(options))?;
    let logins = conf.join("sasl/sasldb2");
    write(&conf.join("sasl/smtpd.conf"), &smtpd_conf(&logins))?;
    for (address, password) in &options.users {
        add_login(&logins, address, password, options, tree)?;
    }
    if !options.users.is_empty() {
        chown(&logins, Some(owner), None).map_err(Error::io("give the logins to Postfix"))?;
    }
    Ok(folder)
}

fn main_cf(options: &Options, base: &Path, tree: &Tree) -> String {
    let base = base.display();
    let root = tree.of("postfix");
    let root = root.display();
    let (domain, tls) = (&options.domain, tls(options));
    format!(
        "\
compatibility_level = 3.6
queue_directory = {base}/q
data_directory = {base}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
shlib_directory = {root}/usr/lib/postfix
mail_owner = {OWNER}
setgid_group = {DROP_GROUP}
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH={root}/usr/lib/postfix
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = mx.{domain}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks_style = host

# Mailboxes of its own for one domain, none for the system's users; nothing ever goes out.
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = texthash:{base}/conf/mailboxes
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
virtual_transport = virtual
default_transport = discard:
relay_transport = discard:

# A message is stored as it came: no Date, Message-ID or From is added for a local client.
local_header_rewrite_clients =

smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {base}/conf/sasl
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain = {domain}
{tls}
# Tests send large messages too.
message_size_limit = 60000000
virtual_mailbox_limit = 0
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient
body_checks = regexp:{base}/conf/body

# Tests make mistakes on purpose, and many connections: no pauses, no limits, no DNS.
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
"
    )
}

/// What `main.cf` says of TLS. A login is taken without it too: which of the two is used is for the test to say.
fn tls(options: &Options) -> String {
    let Some(certificate) = &options.tls else {
        return "smtpd_tls_security_level = none".into();
    };
    let (key, chain) = (certificate.key.display(), certificate.chain.display());
    format!(
        "smtpd_tls_security_level = may\nsmtpd_tls_key_file = {key}\nsmtpd_tls_cert_file = {chain}\n\
         smtpd_tls_loglevel = 1"
    )
}

fn master_cf(options: &Options, [port, tls_port]: [u16; 2]) -> String {
    let implicit = match &options.tls {
        Some(_) => format!(
            "127.0.0.1:{tls_port} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n\
             tlsmgr  unix  - - n 1000? 1 tlsmgr\n"
        ),
        None => String::new(),
    };
    format!(
        "\
127.0.0.1:{port} inet n - n - - smtpd
{implicit}\
cleanup unix  n - n - 0 cleanup
qmgr    unix  n - n 300 1 qmgr
rewrite unix  - - n - - trivial-rewrite
bounce  unix  - - n - 0 bounce
defer   unix  - - n - 0 bounce
trace   unix  - - n - 0 bounce
discard unix  - - n - - discard
virtual unix  - n n - - virtual
anvil   unix  - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
    )
}

/// The slash at the end asks for a maildir, with a file for each message.
fn mailboxes(options: &Options) -> String {
    let line = |mailbox: &String| [mailbox, " ", mailbox, "/\n"].concat();
    options.mailboxes.iter().map(line).collect()
}

fn body_checks(options: &Options) -> String {
    if options.spam_phrase.is_empty() {
        return String::new();
    }
    let mut pattern = String::new();
    for c in options.spam_phrase.chars() {
        if r"\.[]{}()*+?^$|/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    format!("/{pattern}/ REJECT this looks like spam\n")
}

fn smtpd_conf(logins: &Path) -> String {
    format!(
        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256\n\
         sasldb_path: {}\n",
        logins.display()
    )
}

fn add_login(
    logins: &Path,
    address: &str,
    password: &str,
    options: &Options,
    tree: &Tree,
) -> Result<()> {
    let (user, realm) = address.split_once('@').unwrap_or((address, &options.domain));
    let doing = || Error::io(format!("write the login {address}"));
    let mut program = Command::new(tree.of("sasl2-bin").join("usr/sbin/saslpasswd2"))
        .args(["-p", "-c", "-u", realm, "-f"])
        .args([logins.as_os_str(), user.as_ref()])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(doing())?;
    if let Some(mut input) = program.stdin.take() {
        input.write_all(password.as_bytes()).map_err(doing())?;
    }
    let output = program.wait_with_output().map_err(doing())?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Program {
        command: format!("saslpasswd2 … {user}"),
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&output.stderr).into(),
    })
}

/// The number of a name in a file in the form of /etc/passwd or /etc/group.
fn id_of(name: &str, file: &str) -> Result<u32> {
    let entries = fs::read_to_string(file).map_err(Error::io(format!("read {file}")))?;
    entries
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| {
            (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
        })
        .ok_or_else(|| Error::Missing {
            expected: format!("`{name}` in {file}, as on every Debian"),
            found: "there is none".into(),
            cure: "run these tests on Debian or in a container of it".into(),
        })
}

fn make(folder: &Path, mode: u32, user: u32, group: u32) -> Result<()> {
    let doing = || Error::io(format!("make the folder {}", folder.display()));
    fs::create_dir_all(folder).map_err(doing())?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).map_err(doing())?;
    chown(folder, Some(user), Some(group)).map_err(doing())
}

fn write(file: &Path, content: &str) -> Result<()> {
    fs::write(file, content).map_err(Error::io(format!("write {}", file.display())))
}

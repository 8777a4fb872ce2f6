//! The command line, and the environment variables that stand for it.

mod value;

pub use value::{Ceiling, List};

use crate::{
    config::{Config, Limits},
    file::{BadFile, File, Place, Places},
    origin::Origin,
    policy::{Policy, Rule},
    proxies::Proxy,
    token::{BadToken, Token},
};
use clap::{
    ArgAction, CommandFactory as _, FromArgMatches as _, Parser,
    builder::{FalseyValueParser, Resettable},
    parser::ValueSource,
};
use clap_complete::Shell;
use std::{ffi::OsString, net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};
use value::{bytes_per_second, count, duration, list, socket_address};

/// Serves the SMTP Walkthrough's page, and carries its bytes to mail servers.
///
/// A page in a browser cannot open a TCP connection. It opens a WebSocket to this bridge instead, and the
/// bridge carries the bytes to the server that the page asks for, if that is one of those it may dial. It
/// has a practice server of its own, which takes mail and never sends any.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "smtp-bridge",
    version,
    max_term_width = 100,
    after_help = "Every option can be given as the environment variable beside it; lists are separated \
                  by spaces there.",
    after_long_help = EXAMPLES
)]
pub struct Cli {
    /// A file with options, in TOML: `max-tunnels = 5000`, `allow = ["192.0.2.25:25"]`.
    ///
    /// Its keys are the options' long names without the hyphens before them. What is given here or in the
    /// environment wins. A relative `token-file` in it lies in the folder of that file.
    #[arg(long, env = "SMTP_BRIDGE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Say what the bridge would be, and end: with an error where something is wrong.
    #[arg(long)]
    pub check: bool,

    /// Where the page, tunnels and /healthz are served.
    ///
    /// Beyond loopback (any address but `127.0.0.1` and `[::1]`) a --token-file and an --allow are needed:
    /// anybody who reaches the bridge could otherwise use it to reach others.
    #[arg(long, env = "SMTP_BRIDGE_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8025")]
    #[arg(value_parser = socket_address)]
    pub listen: SocketAddr,

    /// A target that may be dialled, such as `smtp.example.com:25,587` (repeatable).
    ///
    /// An address (`192.168.1.25:25`, `[::1]:25`) or a block of addresses (`10.0.0.0/8:25`,
    /// `[fd00::/8]:25`) may be private. A name gives its public addresses only, unless its address is
    /// allowed as well.
    #[arg(long, env = "SMTP_BRIDGE_ALLOW", value_name = "TARGET:PORT[,PORT]")]
    #[arg(value_parser = list::<Rule>)]
    pub allow: Vec<List<Rule>>,

    /// Allow any public address on ports 25, 465, 587 and 2525.
    ///
    /// On by itself while the bridge listens on loopback and there is no --origin and no --proxy; --allow-public=false
    /// switches it off.
    #[arg(long, env = "SMTP_BRIDGE_ALLOW_PUBLIC", value_name = "BOOL")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub allow_public: Option<bool>,

    /// A page that may use the bridge beside its own, such as `https://walk.example.com` (repeatable).
    ///
    /// The bridge's own pages are those at `127.0.0.1`, `localhost` and `[::1]`, and at the address it was
    /// reached at. A bridge with a name of its own, or behind a proxy, lists that here.
    #[arg(long, env = "SMTP_BRIDGE_ORIGIN", value_name = "URL", value_parser = list::<Origin>)]
    pub origin: Vec<List<Origin>>,

    /// Print what a shell needs to complete these options, and end.
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<Shell>,

    /// A proxy in front of the bridge, by address or block (repeatable).
    ///
    /// Its X-Forwarded-For says who asks; from anybody else that header means nothing. Behind a proxy nobody is
    /// taken for the person who started the bridge.
    #[arg(long, env = "SMTP_BRIDGE_PROXY", value_name = "ADDRESS", value_parser = list::<Proxy>)]
    pub proxy: Vec<List<Proxy>>,

    /// A file with a token that tunnels must bring, 16 to 256 characters.
    ///
    /// `openssl rand -hex 32 > FILE` makes one.
    #[arg(long, env = "SMTP_BRIDGE_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Where the practice server takes mail.
    #[arg(
        long,
        env = "SMTP_BRIDGE_PRACTICE",
        value_name = "ADDR",
        default_value = "127.0.0.1:2525"
    )]
    #[arg(value_parser = socket_address)]
    pub practice: SocketAddr,

    /// Where the practice server takes mail with TLS from the first byte.
    #[arg(
        long,
        env = "SMTP_BRIDGE_PRACTICE_TLS",
        value_name = "ADDR",
        default_value = "127.0.0.1:2465"
    )]
    #[arg(value_parser = socket_address)]
    pub practice_tls: SocketAddr,

    /// No practice server, whatever --practice and --practice-tls say.
    #[arg(long, env = "SMTP_BRIDGE_NO_PRACTICE", action = ArgAction::SetTrue)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub no_practice: bool,

    /// Where Prometheus is told of numbers, at /metrics; nowhere unless it is said.
    #[arg(long, env = "SMTP_BRIDGE_METRICS", value_name = "ADDR")]
    #[arg(value_parser = socket_address)]
    pub metrics: Option<SocketAddr>,

    /// How many tunnels there may be at a time.
    #[arg(long, env = "SMTP_BRIDGE_MAX_TUNNELS", value_name = "N", default_value = "1024")]
    #[arg(value_parser = count)]
    pub max_tunnels: usize,

    /// How many tunnels there may be at a time from one address.
    ///
    /// All addresses of an IPv6 network of 64 bits count as one.
    #[arg(long, env = "SMTP_BRIDGE_MAX_TUNNELS_PER_IP", value_name = "N", default_value = "64")]
    #[arg(value_parser = count)]
    pub max_tunnels_per_ip: usize,

    /// How many new tunnels there may be in a minute, or `off`.
    ///
    /// As many may come at once. Off by itself while the bridge listens on loopback, else 600.
    #[arg(long, env = "SMTP_BRIDGE_NEW_TUNNELS_PER_MINUTE", value_name = "N")]
    pub new_tunnels_per_minute: Option<Ceiling>,

    /// The same from one address; off by itself while the bridge listens on loopback, else 60.
    #[arg(long, env = "SMTP_BRIDGE_NEW_TUNNELS_PER_MINUTE_PER_IP", value_name = "N")]
    pub new_tunnels_per_minute_per_ip: Option<Ceiling>,

    /// How many bytes a second all tunnels may carry, both ways together, or `off`.
    ///
    /// At least 65536. Off by itself while the bridge listens on loopback, else 67108864.
    #[arg(long, env = "SMTP_BRIDGE_BYTES_PER_SECOND", value_name = "BYTES")]
    #[arg(value_parser = bytes_per_second)]
    pub bytes_per_second: Option<Ceiling>,

    /// The same for one address; off by itself while the bridge listens on loopback, else 8388608.
    #[arg(long, env = "SMTP_BRIDGE_BYTES_PER_SECOND_PER_IP", value_name = "BYTES")]
    #[arg(value_parser = bytes_per_second)]
    pub bytes_per_second_per_ip: Option<Ceiling>,

    /// How long looking up a name may take, and again how long connecting: 10s, 500ms, 1min.
    #[arg(long, env = "SMTP_BRIDGE_CONNECT_TIMEOUT", value_name = "TIME", default_value = "10s")]
    #[arg(value_parser = duration)]
    pub connect_timeout: Duration,

    /// How long a tunnel may live without a byte in either direction.
    #[arg(long, env = "SMTP_BRIDGE_IDLE_TIMEOUT", value_name = "TIME", default_value = "15min")]
    #[arg(value_parser = duration)]
    pub idle_timeout: Duration,

    /// How long tunnels may go on when the bridge is told to end by SIGTERM (Ctrl-Break on Windows), before they are
    /// closed.
    ///
    /// Until then all goes on as before, but /readyz says 503, so that whoever shares out tunnels sends no more.
    /// With no tunnel left it ends at once; a second signal, or Ctrl-C, ends it without waiting.
    #[arg(long, env = "SMTP_BRIDGE_DRAIN", value_name = "TIME", default_value = "30s")]
    #[arg(value_parser = duration)]
    pub drain: Duration,

    /// How the log is written.
    #[arg(long, env = "SMTP_BRIDGE_LOG", value_name = "FORM", default_value = "text")]
    pub log: LogForm,

    /// How long a tunnel may live.
    #[arg(long, env = "SMTP_BRIDGE_LIFETIME", value_name = "TIME", default_value = "2h")]
    #[arg(value_parser = duration)]
    pub lifetime: Duration,

    /// Where in the file the options stand that came from there.
    #[arg(skip)]
    places: Places,
}

const EXAMPLES: &str = "\
Every option can be given as the environment variable beside it; lists are separated by spaces there.

Examples:
  smtp-bridge
      on this machine, for yourself: the page at http://127.0.0.1:8025/, any public mail server
  smtp-bridge --allow 127.0.0.1:25 --allow '[::1]:25'
      the same, and the mail server on this machine
  smtp-bridge --listen 0.0.0.0:8025 --token-file token.txt --allow smtp.example.com:25,587
      for a class: whoever has the token may reach that server and the practice server
  smtp-bridge --origin https://walk.example.com --proxy 127.0.0.1 --allow smtp.example.com:25
      behind a proxy on this machine that ends TLS: the page at https://walk.example.com/
  smtp-bridge --config /etc/smtp-bridge/smtp-bridge.toml --check
      what a file with options makes of it, or which line is wrong";

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogForm {
    /// For people.
    Text,
    /// A JSON object on each line, for programs.
    Json,
}

/// Why there is no command line to go by.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadCommand {
    /// The command line itself; or its help was asked for.
    #[error("{0}")]
    Line(#[from] clap::Error),
    /// The file that it names.
    #[error("{0}")]
    File(#[from] BadFile),
}

/// Why a bridge cannot be what the command line says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadConfig {
    /// Listening beyond loopback without what that needs.
    #[error(
        "{place}--listen {listen} lets others in than this machine, and so {missing} needed: without a token \
         anybody could use this bridge, and without an --allow nobody has said what for. Add {cure}, or \
         listen on 127.0.0.1"
    )]
    Beyond {
        /// Where the address came from.
        place: Place,
        /// The address.
        listen: SocketAddr,
        /// What is missing, with its verb.
        missing: &'static str,
        /// What to add.
        cure: &'static str,
    },
    /// The token file is of no use.
    #[error("{place}--token-file {}: {error}", .path.display())]
    Token {
        /// Where its name came from.
        place: Place,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: BadToken,
    },
}

impl Cli {
    /// The shell whose completions a command line asks for. What is set in the environment is for a bridge that is
    /// started, and may be wrong here.
    pub fn completions_wanted(arguments: impl IntoIterator<Item = OsString>) -> Option<Shell> {
        let command = Self::command().mut_args(|option| option.env(Resettable::Reset));
        let matches = command.try_get_matches_from(arguments).ok()?;
        matches.get_one("completions").copied()
    }

    /// Reads a command line, and the file that it names.
    ///
    /// # Errors
    /// Something in one of them is wrong.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, BadCommand> {
        let mut arguments: Vec<_> = arguments.into_iter().collect();
        let matches = Self::command().try_get_matches_from(&arguments)?;
        let cli = Self::from_arg_matches(&matches)?;
        let Some(path) = &cli.config else { return Ok(cli) };
        let given = |name: &str| {
            let source = matches.value_source(&name.replace('-', "_"));
            matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
        };
        let behind_name = arguments.len().min(1);
        let file = File::read(path)?.without(given);
        let places = file.places();
        arguments.splice(behind_name..behind_name, file.arguments());
        Ok(Self { places, ..Self::try_parse_from(arguments)? })
    }

    /// The configuration that the command line means.
    ///
    /// # Errors
    /// When the options do not go together, or the token file is of no use.
    pub fn config(&self) -> Result<Config, BadConfig> {
        let rules: Vec<_> = self.allow.iter().flat_map(|list| list.0.clone()).collect();
        let origins: Vec<_> = self.origin.iter().flat_map(|list| list.0.clone()).collect();
        let proxies: Vec<_> = self.proxy.iter().flat_map(|list| list.0.clone()).collect();
        let token = self.token_file.as_ref().map(|path| {
            let place = self.places.of("token-file");
            Token::read(path).map_err(|error| BadConfig::Token { place, path: path.clone(), error })
        });
        let token = token.transpose()?;
        let listen = self.listen;
        let place = self.places.of("listen");
        let beyond = |missing, cure| Err(BadConfig::Beyond { place, listen, missing, cure });
        if !listen.ip().is_loopback() {
            match (&token, rules.is_empty()) {
                (None, true) => {
                    return beyond(
                        "a token and an --allow are",
                        "--token-file FILE and --allow TARGET:PORT",
                    );
                }
                (None, false) => return beyond("a token is", "--token-file FILE"),
                (Some(_), true) => return beyond("an --allow is", "--allow TARGET:PORT"),
                (Some(_), false) => {}
            }
        }
        let alone = listen.ip().is_loopback() && proxies.is_empty();
        let ceiling = |given: Option<Ceiling>, otherwise: u32| match given {
            Some(Ceiling(given)) => given,
            None if alone => None,
            None => NonZeroU32::new(otherwise),
        };
        // Whoever is alone with the bridge may reach what they could reach without it.
        let shared = !alone || !origins.is_empty();
        Ok(Config {
            policy: Policy { rules, public: self.allow_public.unwrap_or(!shared), shared },
            origins,
            proxies,
            token,
            limits: Limits {
                tunnels: self.max_tunnels,
                tunnels_per_ip: self.max_tunnels_per_ip,
                new_tunnels: ceiling(self.new_tunnels_per_minute, 600),
                new_tunnels_per_ip: ceiling(self.new_tunnels_per_minute_per_ip, 60),
                bytes: ceiling(self.bytes_per_second, 64 * 1024 * 1024),
                bytes_per_ip: ceiling(self.bytes_per_second_per_ip, 8 * 1024 * 1024),
                connect: self.connect_timeout,
                idle: self.idle_timeout,
                lifetime: self.lifetime,
                drain: self.drain,
                ..Limits::default()
            },
            ..Config::default()
        })
    }

    /// Where the practice server is to listen, if there is to be one.
    pub fn practice(&self) -> Option<SocketAddr> {
        (!self.no_practice).then_some(self.practice)
    }

    /// Where it is to listen for TLS.
    pub fn practice_tls(&self) -> Option<SocketAddr> {
        (!self.no_practice).then_some(self.practice_tls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn cli(arguments: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["smtp-bridge"].into_iter().chain(arguments.split_whitespace()))
    }

    fn config(arguments: &str) -> Result<Config, BadConfig> {
        cli(arguments).unwrap().config()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_arguments_it_is_a_bridge_for_oneself() {
        let cli = cli("").unwrap();
        assert_eq!(cli.listen.to_string(), "127.0.0.1:8025");
        assert_eq!(cli.practice().unwrap().to_string(), "127.0.0.1:2525");
        let config = cli.config().unwrap();
        assert!(config.policy.public && !config.policy.shared && config.token.is_none());
        assert_eq!(config.limits, Limits::default());
    }

    #[test]
    fn public_targets_are_on_by_themselves_only_for_oneself() {
        let public = |arguments| config(arguments).unwrap().policy.public;
        assert!(!public("--origin https://walk.example.com"));
        assert!(public("--origin https://walk.example.com --allow-public"));
        assert!(!public("--allow-public=false"));
        assert!(public("--listen [::1]:8025"));
        assert!(!public("--proxy 127.0.0.1"));
        assert!(config("--proxy 127.0.0.1").unwrap().limits.bytes.is_some());
    }

    #[test]
    fn beyond_loopback_what_is_missing_is_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "0123456789abcdef").unwrap();
        let token = format!("--token-file {}", file.path().display());
        let allow = "--allow smtp.example.com:25";
        let listen = "--listen 0.0.0.0:8025";
        let error = |more: &str| config(&format!("{listen} {more}")).unwrap_err().to_string();
        assert!(error("").contains("--token-file FILE and --allow TARGET:PORT"));
        assert!(error(allow).contains("a token is needed"));
        assert!(error(&token).contains("an --allow is needed"));
        assert!(error(&format!("{token} --allow-public")).contains("an --allow is needed"));
        let config = config(&format!("{listen} {token} {allow}")).unwrap();
        assert!(config.token.is_some() && config.policy.shared && !config.policy.public);
    }

    #[test]
    fn the_command_line_wins_over_the_file_and_the_file_over_what_is_usual() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "max-tunnels = 5\nmax-tunnels-per-ip = 3\nallow = ['127.0.0.1:25']")
            .unwrap();
        let read = |more: &[&str]| {
            let path = file.path().to_str().unwrap();
            let begun = ["smtp-bridge", "--config", path];
            let arguments = begun.iter().chain(more);
            Cli::read(arguments.map(OsString::from)).unwrap()
        };
        let cli = read(&["--max-tunnels", "7", "--allow", "127.0.0.1:587"]);
        assert_eq!((cli.max_tunnels, cli.max_tunnels_per_ip), (7, 3));
        let rules = cli.config().unwrap().policy.rules;
        assert_eq!(rules.iter().map(ToString::to_string).collect::<Vec<_>>(), ["127.0.0.1:587"]);
        let cli = read(&[]);
        assert_eq!((cli.max_tunnels, cli.lifetime), (5, Duration::from_hours(2)));
        assert_eq!(cli.config().unwrap().policy.rules.len(), 1);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_line() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "# limits\nmax-tunnels = 0").unwrap();
        let path = file.path().to_str().unwrap();
        let read = Cli::read(["smtp-bridge", "--config", path].map(OsString::from));
        let said = read.unwrap_err().to_string();
        assert!(said.starts_with(&format!("{path}:2: ")) && said.contains("from 1 on"), "{said}");
    }

    #[test]
    fn what_does_not_go_together_is_said_with_the_line_where_it_came_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge.toml");
        let shown = path.to_str().unwrap();
        let wrong = |said: &str, more: &[&str]| {
            std::fs::write(&path, said).unwrap();
            let arguments = ["smtp-bridge", "--config", shown];
            let cli = Cli::read(arguments.iter().chain(more).map(OsString::from)).unwrap();
            cli.config().unwrap_err().to_string()
        };
        let listen = "# for others\nlisten = '0.0.0.0:8025'\n";
        let said = wrong(listen, &[]);
        assert!(said.starts_with(&format!("{shown}:2: --listen 0.0.0.0:8025 lets")), "{said}");
        let said = wrong(listen, &["--listen", "0.0.0.0:8026"]);
        assert!(said.starts_with("--listen 0.0.0.0:8026 lets"), "{said}");
        let said = wrong(&format!("{listen}token-file = 'token'\n"), &[]);
        let token = folder.path().join("token");
        let named = format!("{shown}:3: --token-file {}: expected a file", token.display());
        assert!(said.starts_with(&named), "{said}");
    }

    #[test]
    fn a_relative_token_file_lies_beside_the_file_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge.toml");
        std::fs::write(&path, "token-file = 'token'").unwrap();
        std::fs::write(folder.path().join("token"), "0123456789abcdef\n").unwrap();
        let arguments = ["smtp-bridge", "--config", path.to_str().unwrap()].map(OsString::from);
        assert!(Cli::read(arguments).unwrap().config().unwrap().token.is_some());
    }

    #[test]
    fn rates_are_off_by_themselves_on_loopback_only() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "0123456789abcdef").unwrap();
        let beyond = format!(
            "--listen 0.0.0.0:8025 --token-file {} --allow smtp.example.com:25",
            file.path().display()
        );
        let limits = |arguments: &str| config(arguments).unwrap().limits;
        assert_eq!((limits("").new_tunnels_per_ip, limits("").bytes), (None, None));
        assert_eq!(limits(&beyond).new_tunnels_per_ip, NonZeroU32::new(60));
        assert_eq!(limits(&beyond).bytes_per_ip, NonZeroU32::new(8 << 20));
        let off = format!("{beyond} --new-tunnels-per-minute off --bytes-per-second-per-ip 65536");
        assert_eq!(limits(&off).new_tunnels, None);
        assert_eq!(limits(&off).bytes_per_ip, NonZeroU32::new(65536));
    }

    #[test]
    fn a_list_is_given_in_pieces_or_with_spaces() {
        let shown = |list: &[&str]| {
            let arguments = ["smtp-bridge"].iter().chain(list);
            let policy = Cli::try_parse_from(arguments).unwrap().config().unwrap().policy;
            policy.rules.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let both = ["127.0.0.1:25", "[::1]:25,587"];
        assert_eq!(shown(&["--allow", both[0], "--allow", both[1]]), both);
        assert_eq!(shown(&["--allow", "127.0.0.1:25  [::1]:25,587 "]), both);
        assert!(shown(&["--allow", ""]).is_empty());
    }

    #[test]
    fn a_wrong_value_is_repeated_with_what_was_expected() {
        for (arguments, said) in [
            ("--listen localhost", "ADDRESS:PORT"),
            ("--allow smtp.example.com", "the port is missing"),
            ("--origin walk.example.com", "http://"),
            ("--max-tunnels 0", "from 1 on"),
            ("--new-tunnels-per-minute never", "or off"),
            ("--bytes-per-second 0", "or off"),
            ("--bytes-per-second 1000", "65536 bytes or more"),
            ("--idle-timeout soon", "500ms"),
            ("--allow-public=maybe", "maybe"),
            ("--proxy here", "a block such as"),
            ("--unknown", "--unknown"),
        ] {
            let error = cli(arguments).unwrap_err().to_string();
            assert!(error.contains(said), "{arguments}: {error}");
        }
    }
}

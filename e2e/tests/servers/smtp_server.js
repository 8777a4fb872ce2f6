// Starts npm's smtp-server on a free port, and prints what it sees as JSON lines: node smtp_server.js OPTIONS.
// OPTIONS is JSON; see `e2e/src/peer.rs`.

"use strict";

const { SMTPServer } = require("smtp-server");

const options = JSON.parse(process.argv[2]);
const accounts = options.accounts || {};

const tell = (event, facts) => console.log(JSON.stringify({ event, ...facts }));

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });

// Ends the connection of this session without a word.
const hangUp = (session) => {
  for (const connection of server.connections) {
    if (connection.session.id === session.id) connection._socket.destroy();
  }
};

// As they were sent, but with keywords in capitals and xtext decoded.
const parameters = (args) =>
  Object.entries(args || {}).map(([word, value]) => (value === true ? word : `${word}=${value}`));

const isAccepted = (auth) => {
  const secret = accounts[auth.username];
  if (secret === undefined) return false;
  if (auth.method === "CRAM-MD5") return auth.validatePassword(secret);
  return (auth.password ?? auth.accessToken) === secret;
};

const disabled = [options.starttls ? [] : "STARTTLS", options.helo_only ? "EHLO" : []].flat();

const server = new SMTPServer({
  name: "peer.example",
  banner: "peer",
  size: options.size ?? 1_000_000,
  rejectOversized: true,
  authMethods: options.mechanisms || ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"],
  authOptional: !options.login_required,
  allowInsecureAuth: true,
  disabledCommands: disabled,
  disableReverseLookup: true,
  hideENHANCEDSTATUSCODES: false,
  hideDSN: false,

  onConnect(session, done) {
    if (options.close_at === "greeting") return hangUp(session);
    done(options.turn_away ? refusal(options.turn_away, "No service for you") : null);
  },

  onAuth(auth, session, done) {
    const accepted = isAccepted(auth);
    tell("login", { mechanism: auth.method, user: auth.username, accepted });
    if (accepted) return done(null, { user: auth.username });
    // For XOAUTH2, a question that the client has to answer before it hears 535.
    done(null, { data: { status: "401", schemes: "bearer" } });
  },

  onMailFrom(address, session, done) {
    if (options.close_at === "MAIL") return hangUp(session);
    done();
  },

  onRcptTo({ address }, session, done) {
    if ((options.refuse || []).includes(address)) return done(refusal(550, "No such user here"));
    if ((options.defer || []).includes(address)) return done(refusal(451, "Greylisted, try again later"));
    done();
  },

  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      tell("message", {
        hello: session.hostNameAppearsAs,
        user: session.user || "",
        sender: mailFrom.address,
        parameters: [mailFrom, ...rcptTo].flatMap(({ args }) => parameters(args)),
        recipients: rcptTo.map(({ address }) => address),
        data: Buffer.concat(chunks).toString("latin1"),
      });
      if (options.close_at === "DATA") return hangUp(session);
      done(null, "Kept");
    });
  },
});

server.on("error", (error) => console.error(error));
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.server.address().port }));

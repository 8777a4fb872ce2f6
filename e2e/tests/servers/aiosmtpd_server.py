"""Starts aiosmtpd on a free port, and prints what it sees as JSON lines: python3 aiosmtpd_server.py OPTIONS.

OPTIONS is JSON; see `e2e/src/peer.rs`.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import sys

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword

OPTIONS = json.loads(sys.argv[1])
ACCOUNTS = OPTIONS.get("accounts", {})
CLOSE_AT = OPTIONS.get("close_at")


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


def judge(mechanism, user, accepted):
    tell("login", mechanism=mechanism, user=user, accepted=accepted)
    # It is left to aiosmtpd to say so.
    login = LoginPassword(user.encode(), b"")
    return AuthResult(success=accepted, handled=False, auth_data=login)


class Handler:
    """Accepts mail, but for the recipients and words it was told to refuse."""

    async def handle_MAIL(self, server, session, envelope, address, options):
        if CLOSE_AT == "MAIL":
            server.transport.close()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in OPTIONS.get("refuse", []):
            return "550 5.1.1 No such user here"
        if address in OPTIONS.get("defer", []):
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content
        tell(
            "message",
            hello=session.host_name,
            user=(session.login_data or b"").decode(),
            sender="" if envelope.mail_from == "<>" else envelope.mail_from,
            parameters=envelope.mail_options + envelope.rcpt_options,
            recipients=envelope.rcpt_tos,
            data=content.decode("latin-1"),
        )
        if CLOSE_AT == "DATA":
            server.transport.abort()
        return "250 2.6.0 Kept"

    async def auth_CRAM__MD5(self, server, args):
        question = b"<1896.697170952@peer.example>"
        answer = await server.challenge_auth(question)
        if answer is MISSING:
            return AuthResult(success=False)  # given up; aiosmtpd has said 501
        user, _, proof = answer.decode().rpartition(" ")
        key = ACCOUNTS.get(user, "").encode()
        right = hmac.new(key, question, hashlib.md5).hexdigest()
        return judge("CRAM-MD5", user, user in ACCOUNTS and proof == right)

    async def auth_XOAUTH2(self, server, args):
        return await bearer(server, "XOAUTH2", args)

    async def auth_OAUTHBEARER(self, server, args):
        return await bearer(server, "OAUTHBEARER", args)


async def bearer(server, mechanism, args):
    """Both forms hold `auth=Bearer TOKEN`; the user is in `user=` or, in a GS2 header, in `a=` (RFC 7628)."""
    said = base64.b64decode(args[1], validate=True).decode()
    fields = dict(part.split("=", 1) for part in said.split("\1")[:-2] if "=" in part)
    user = fields.get("user") or said.split(",")[1].removeprefix("a=")
    accepted = fields["auth"] == f"Bearer {ACCOUNTS.get(user)}"
    if not accepted:
        # A refusal is a question, and the client has to answer it before it hears 535.
        answer = await server.challenge_auth('{"status":"invalid_token"}')
        tell("answer", text=answer.decode())
    return judge(mechanism, user, accepted)


class Server(SMTP):
    """aiosmtpd, with what servers do that it does not."""

    greeted = False

    async def push(self, status):
        if not self.greeted:
            self.greeted = True
            lines = OPTIONS.get("greeting", [])
            for line in lines[:-1]:
                await super().push(f"220-{line}")
            if lines:
                status = f"220 {lines[-1]}"
            if CLOSE_AT == "greeting":
                self.transport.close()
                return
        await super().push(status)

    async def smtp_EHLO(self, name):
        if OPTIONS.get("helo_only"):
            await self.push("502 5.5.1 Command not implemented")
        else:
            await super().smtp_EHLO(name)


def authenticate(server, session, envelope, mechanism, login):
    user, password = login.login.decode(), login.password.decode()
    return judge(mechanism, user, ACCOUNTS.get(user) == password)


def session():
    return Server(
        Handler(),
        hostname="peer.example",
        ident="ESMTP peer",
        enable_SMTPUTF8=True,
        data_size_limit=OPTIONS.get("size", 1_000_000),
        authenticator=authenticate,
        auth_require_tls=False,
        auth_required=OPTIONS.get("login_required", False),
        auth_exclude_mechanism=OPTIONS.get("without", []),
        loop=asyncio.get_running_loop(),
    )


async def main():
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    tell("listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())

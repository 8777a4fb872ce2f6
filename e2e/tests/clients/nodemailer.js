// One session of nodemailer, as a line of JSON tells it: node nodemailer.js '{"transport": …, "mail": …}'.
// Prints what came of it as JSON.

"use strict";

const nodemailer = require("nodemailer");

const { transport, mail } = JSON.parse(process.argv[2]);

nodemailer
  .createTransport(transport)
  .sendMail(mail)
  .then(
    ({ accepted, rejected, response }) => ({ accepted, rejected, response }),
    ({ code, responseCode, command }) => ({ code, responseCode, command }),
  )
  .then((outcome) => console.log(JSON.stringify(outcome)));

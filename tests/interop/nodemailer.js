// nodemailer.js FOLDER OPTIONS MAIL: sends one mail, {"envelope", "raw" in base64}, with nodemailer, which is
// in FOLDER as npm or as Debian's package has it.
const [folder, options, mail] = process.argv.slice(2);
const places = [folder + "/node_modules/nodemailer", folder + "/usr/share/nodejs/nodemailer"];
const nodemailer = require(places.find(require("fs").existsSync));

const { envelope, raw } = JSON.parse(mail);
nodemailer
    .createTransport(JSON.parse(options))
    .sendMail({ envelope, raw: Buffer.from(raw, "base64") })
    .then((info) => console.log(info.response))
    .catch((error) => {
        console.error(String(error));
        process.exitCode = 1;
    });

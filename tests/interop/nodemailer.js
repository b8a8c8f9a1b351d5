// nodemailer.js FOLDER PORT MAIL: sends one mail, {"hello", "from", "to", "content" in base64}, with nodemailer,
// which is in FOLDER as npm or as Debian's package has it.
const [folder, port, mail] = process.argv.slice(2);
const places = [folder + "/node_modules/nodemailer", folder + "/usr/share/nodejs/nodemailer"];
const nodemailer = require(places.find(require("fs").existsSync));

const { hello, from, to, content } = JSON.parse(mail);
const transport = nodemailer.createTransport({
    host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true, name: hello,
});
transport
    .sendMail({ envelope: { from, to }, raw: Buffer.from(content, "base64") })
    .then((info) => console.log(info.response))
    .catch((error) => {
        console.error(String(error));
        process.exitCode = 1;
    });

//! An authenticator made of software: it makes passkeys and answers questions, as it should or as a thief would.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

pub struct Authenticator {
    pair: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub handle: String,
    pub counter: u32,
}

/// What it says, where that differs from what it was asked.
#[derive(Clone, Debug)]
pub struct Said {
    pub kind: &'static str,
    pub challenge: String,
    pub origin: String,
    pub rp_id: String,
    /// User present, user verified; for a new key the third is set by itself.
    pub flags: u8,
    pub handle: String,
    pub id: Vec<u8>,
    /// Signed, and then changed.
    pub altered: bool,
}

const PRESENT: u8 = 1;
pub const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

impl Authenticator {
    pub fn new(id: &[u8]) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref()).unwrap();
        Self { pair, id: id.to_vec(), handle: String::new(), counter: 0 }
    }

    /// As it should be, for the options of a page of this origin.
    pub fn honest(&self, options: &Value, origin: &str, kind: &'static str) -> Said {
        let rp_id = options["rpId"].as_str().or(options["rp"]["id"].as_str());
        Said {
            kind,
            challenge: options["challenge"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            rp_id: rp_id.unwrap().to_owned(),
            flags: PRESENT | VERIFIED,
            handle: self.handle.clone(),
            id: self.id.clone(),
            altered: false,
        }
    }

    /// A new passkey, without attestation; `algorithm` is -7 for ES256.
    pub fn create(&mut self, said: &Said, options: &Value, algorithm: i8) -> String {
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let mut data = self.data(said, said.flags | ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(said.id.len()).unwrap().to_be_bytes());
        data.extend(&said.id);
        let point = self.pair.public_key().as_ref();
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x20 | u8::try_from(-1 - algorithm).unwrap()]);
        data.extend([0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let response = json!({
            "attestationObject": BASE64URL_NOPAD.encode(&object),
            "clientDataJSON": BASE64URL_NOPAD.encode(client(said).as_bytes()),
        });
        credential(&said.id, &response)
    }

    /// An answer to a question.
    pub fn answer(&mut self, said: &Said) -> String {
        self.counter += 1;
        let (data, client) = (self.data(said, said.flags), client(said));
        let signed = [data.clone(), digest(&SHA256, client.as_bytes()).as_ref().to_vec()].concat();
        let mut signature =
            self.pair.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec();
        if said.altered {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        let response = json!({
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
            "signature": BASE64URL_NOPAD.encode(&signature),
            "userHandle": said.handle,
        });
        credential(&said.id, &response)
    }

    fn data(&self, said: &Said, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, said.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

fn client(said: &Said) -> String {
    let Said { kind, challenge, origin, .. } = said;
    json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
        .to_string()
}

fn credential(id: &[u8], response: &Value) -> String {
    let id = BASE64URL_NOPAD.encode(id);
    json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
        .to_string()
}

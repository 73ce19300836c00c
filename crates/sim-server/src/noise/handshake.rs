//! The responder of the handshake: XX for a client that does not know our static key, IK
//! for one that resumes, XXfallback for one that resumes with a key we no longer have.

use buffa::Message as _;
use bytes::BytesMut;
use wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK};
use wacore_libsignal::protocol::KeyPair;
use wacore_noise::framing::{FrameDecoder, encode_frame};
use wacore_noise::{NoiseCipher, NoiseHandshake};
use waproto::whatsapp as wa;
use waproto::whatsapp::handshake_message::{ClientHello, ServerHello};

use super::{ServerIdentity, intro};
use crate::keys::{new_key_pair, public_bytes};
use crate::transport::{Incoming, Outgoing};

/// Why a handshake was given up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeError {
    #[error("the client closed the socket")]
    Closed,
    #[error("malformed: {0}")]
    Malformed(&'static str),
    #[error("noise: {0}")]
    Noise(#[from] wacore_noise::HandshakeError),
    #[error("protobuf: {0}")]
    Protobuf(#[from] buffa::DecodeError),
    #[error("frame: {0}")]
    Frame(String),
}

type Result<T> = std::result::Result<T, HandshakeError>;

/// Which handshake it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// XX.
    Full,
    /// IK.
    Resumed,
    /// XXfallback.
    FallenBack,
}

/// A finished handshake.
pub(crate) struct Established {
    pub(crate) pattern: Pattern,
    pub(crate) read: NoiseCipher,
    pub(crate) write: NoiseCipher,
    /// Holds the bytes that came behind the handshake in the same websocket message.
    pub(crate) frames: FrameDecoder,
    /// The client's static public key, by which a device is recognised.
    pub(crate) client_static: [u8; 32],
    pub(crate) payload: wa::ClientPayload,
}

/// Accepts one client.
pub(crate) async fn accept(
    incoming: &mut Incoming,
    outgoing: &mut Outgoing,
    server: &ServerIdentity,
) -> Result<Established> {
    let mut client = Client { incoming, outgoing, frames: FrameDecoder::new() };
    let prologue = client.read_intro().await?;
    let hello = client.read_message().await?.client_hello.into_option();
    let hello = hello.ok_or(HandshakeError::Malformed("no client hello"))?;
    let responder = Responder {
        server,
        prologue,
        ephemeral: new_key_pair(),
        client_ephemeral: key(hello.ephemeral.as_deref().unwrap_or_default())?,
    };
    let resumed = responder.resume(&hello)?;
    let (pattern, noise, (client_static, payload)) = match resumed {
        Some((answer, noise, introduction)) => {
            client.write_hello(answer).await?;
            (Pattern::Resumed, noise, introduction)
        }
        None => {
            let (pattern, name) = match hello.r#static {
                None => (Pattern::Full, NOISE_PATTERN_XX),
                Some(_) => (Pattern::FallenBack, NOISE_PATTERN_XXFALLBACK),
            };
            let (mut noise, answer) = responder.introduce(name)?;
            client.write_hello(answer).await?;
            let finish = client.read_message().await?;
            let introduction = responder.finish(&mut noise, finish)?;
            (pattern, noise, introduction)
        }
    };
    let (read, write) = noise.finish()?;
    Ok(Established {
        pattern,
        read,
        write,
        frames: client.frames,
        client_static,
        payload: wa::ClientPayload::decode_from_slice(&payload)?,
    })
}

/// The client's static key and its encoded payload.
type Introduction = ([u8; 32], Vec<u8>);

struct Responder<'a> {
    server: &'a ServerIdentity,
    prologue: [u8; 4],
    ephemeral: KeyPair,
    client_ephemeral: [u8; 32],
}

impl Responder<'_> {
    /// IK: the client's first message already holds its static key and payload, encrypted
    /// to our static key. `None` when it does not, or does to a key that is not ours.
    fn resume(
        &self,
        hello: &ClientHello,
    ) -> Result<Option<(ServerHello, NoiseHandshake, Introduction)>> {
        let (Some(client_static), Some(payload)) = (&hello.r#static, &hello.payload) else {
            return Ok(None);
        };
        let server_static = &self.server.static_key;
        let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &self.prologue)?;
        noise.authenticate(public_bytes(server_static));
        noise.authenticate(&self.client_ephemeral);
        mix(&mut noise, server_static, &self.client_ephemeral)?;
        let Ok(client_static) = noise.decrypt(client_static) else {
            return Ok(None);
        };
        let client_static = key(&client_static)?;
        mix(&mut noise, server_static, &client_static)?;
        let payload = noise.decrypt(payload)?;

        noise.authenticate(public_bytes(&self.ephemeral));
        mix(&mut noise, &self.ephemeral, &self.client_ephemeral)?;
        mix(&mut noise, &self.ephemeral, &client_static)?;
        let answer = ServerHello {
            ephemeral: Some(public_bytes(&self.ephemeral).to_vec()),
            payload: Some(noise.encrypt(&self.server.certificate_chain)?),
            ..Default::default()
        };
        Ok(Some((answer, noise, (client_static, payload))))
    }

    /// XX and XXfallback: we show our static key and certificates.
    fn introduce(&self, pattern: &str) -> Result<(NoiseHandshake, ServerHello)> {
        let server_static = &self.server.static_key;
        let mut noise = NoiseHandshake::new(pattern, &self.prologue)?;
        noise.authenticate(&self.client_ephemeral);
        noise.authenticate(public_bytes(&self.ephemeral));
        mix(&mut noise, &self.ephemeral, &self.client_ephemeral)?;
        let encrypted_static = noise.encrypt(public_bytes(server_static))?;
        mix(&mut noise, server_static, &self.client_ephemeral)?;
        let answer = ServerHello {
            ephemeral: Some(public_bytes(&self.ephemeral).to_vec()),
            r#static: Some(encrypted_static),
            payload: Some(noise.encrypt(&self.server.certificate_chain)?),
            ..Default::default()
        };
        Ok((noise, answer))
    }

    /// XX and XXfallback: the client shows its static key and payload.
    fn finish(
        &self,
        noise: &mut NoiseHandshake,
        message: wa::HandshakeMessage,
    ) -> Result<Introduction> {
        let finish = message.client_finish.into_option();
        let finish = finish.ok_or(HandshakeError::Malformed("no client finish"))?;
        let client_static = key(&noise.decrypt(finish.r#static.as_deref().unwrap_or_default())?)?;
        mix(noise, &self.ephemeral, &client_static)?;
        let payload = noise.decrypt(finish.payload.as_deref().unwrap_or_default())?;
        Ok((client_static, payload))
    }
}

fn mix(noise: &mut NoiseHandshake, ours: &KeyPair, theirs: &[u8]) -> Result<()> {
    noise.mix_shared_secret(ours.private_key.serialize(), theirs)?;
    Ok(())
}

fn key(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| HandshakeError::Malformed("a key is not 32 bytes"))
}

/// The socket while its messages are still handshake messages.
struct Client<'a> {
    incoming: &'a mut Incoming,
    outgoing: &'a mut Outgoing,
    frames: FrameDecoder,
}

impl Client<'_> {
    async fn read_intro(&mut self) -> Result<[u8; 4]> {
        let mut buffer = BytesMut::new();
        loop {
            let data = self.incoming.next().await.ok_or(HandshakeError::Closed)?;
            buffer.extend_from_slice(&data);
            if let Some(prologue) = intro::take(&mut buffer)? {
                self.frames.feed(&buffer);
                return Ok(prologue);
            }
        }
    }

    async fn read_message(&mut self) -> Result<wa::HandshakeMessage> {
        loop {
            if let Some(frame) = self.frames.decode_frame() {
                return Ok(wa::HandshakeMessage::decode_from_slice(&frame)?);
            }
            let data = self.incoming.next().await.ok_or(HandshakeError::Closed)?;
            self.frames.feed(&data);
        }
    }

    async fn write_hello(&mut self, hello: ServerHello) -> Result<()> {
        let message = wa::HandshakeMessage { server_hello: hello.into(), ..Default::default() };
        let frame = encode_frame(&message.encode_to_vec(), None)
            .map_err(|error| HandshakeError::Frame(error.to_string()))?;
        match self.outgoing.write(frame).await {
            true => Ok(()),
            false => Err(HandshakeError::Closed),
        }
    }
}

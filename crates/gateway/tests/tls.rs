//! TLS from files: 1.3 only, and a new certificate needs no restart.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use gateway::tls::{Tls, TlsError};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use world::World;

/// Writes a fresh pair; the certificate, for a client to trust.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["gw.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    // The certificate last: it is its change that is looked for.
    std::fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    certificate.der().clone()
}

/// What `GET /healthz` answers over TLS.
async fn health(
    to: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(to).await?;
    let name = ServerName::try_from("gw.example").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: gw.example\r\nconnection: close\r\n\r\n").await?;
    let mut said = String::new();
    stream.read_to_string(&mut said).await?;
    Ok(said)
}

#[test]
fn files_that_do_not_belong_together_start_nothing() {
    let folder = tempfile::tempdir().unwrap();
    renew(folder.path());
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    assert!(Tls::read(&certificate, &key).is_ok());
    std::fs::write(&key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert_eq!(Tls::read(&certificate, &key).err(), Some(TlsError), "another certificate's key");
    assert_eq!(Tls::read(&certificate, &folder.path().join("none.pem")).err(), Some(TlsError));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_tls_1_3_is_spoken_and_a_new_certificate_is_taken_up() {
    let world = World::still().await;
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let first = renew(folder.path());
    let tls = Tls::read(&certificate, &key).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = world.gateway.clone();
    let serves = tokio::spawn(async move {
        serving
            .serve_with(listener, Some(tls), async {
                let _ = stopped.await;
            })
            .await
    });
    let new = &[&rustls::version::TLS13][..];

    assert!(health(to, &first, &[&rustls::version::TLS12]).await.is_err(), "nothing older than TLS 1.3");
    assert!(health(to, &first, new).await.unwrap().starts_with("HTTP/1.1 200"), "TLS 1.3 is served");

    let second = renew(folder.path());
    assert!(health(to, &first, new).await.is_err(), "the old certificate is no longer shown");
    assert!(health(to, &second, new).await.unwrap().starts_with("HTTP/1.1 200"), "the new one is, without a restart");

    std::fs::write(&certificate, "half a file").unwrap();
    assert!(health(to, &second, new).await.unwrap().starts_with("HTTP/1.1 200"), "a bad file changes nothing");

    stop.send(()).unwrap();
    serves.await.unwrap().unwrap();
}

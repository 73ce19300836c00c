//! `w:m`: where a client uploads and fetches files, and its token for it.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::media;
use crate::session::LinkedSession;

/// Clients ask again after so many seconds.
const ROUTE_SECONDS: u64 = 300;

/// `<media_conn>`: the hosts, the best first, and a token for uploads.
pub(super) fn connection(session: &LinkedSession, iq: &Node) {
    let hosts = media::HOSTS.iter().enumerate().map(|(index, host)| {
        let kind = if index == 0 { "primary" } else { "fallback" };
        let host = NodeBuilder::new("host").attr("hostname", *host).attr("type", kind);
        host.children([NodeBuilder::new("download").build(), NodeBuilder::new("upload").build()])
            .build()
    });
    let connection = NodeBuilder::new("media_conn")
        .attr("auth", session.server.media.auth())
        .attr("ttl", ROUTE_SECONDS.to_string())
        .attr("auth_ttl", media::AUTH_SECONDS.to_string())
        .attr("max_buckets", "12")
        .children(hosts.collect::<Vec<_>>())
        .build();
    session.reply(iq, vec![connection]);
}

//! Generates the gRPC service from the contract, without a protoc on the machine.

use std::path::Path;

fn main() {
    let proto_dir = Path::new("../proto");
    let proto = proto_dir.join("agent.proto");
    println!("cargo:rerun-if-changed={}", proto.display());
    let descriptors = protox::compile([&proto], [proto_dir]).unwrap_or_else(|e| panic!("{e}"));
    tonic_prost_build::configure()
        .build_client(true)
        .build_transport(false)
        .bytes(".kctl.agent.v1.NameQuery.message")
        .bytes(".kctl.agent.v1.Output.data")
        .compile_fds(descriptors)
        .unwrap_or_else(|e| panic!("generating code from {}: {e}", proto.display()));
}

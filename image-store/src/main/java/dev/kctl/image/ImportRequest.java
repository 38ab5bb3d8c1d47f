package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Asks for an image from a registry.
 *
 * @param platform the one wanted; the worker knows no default
 * @param directory where the worker writes: {@code HEX.blob} and {@code DIFFID.erofs}
 * @param blobs those in the store already
 * @param layers diff ids of those in the store already
 * @param parallel layers fetched at once
 */
record ImportRequest(
    ImageRef ref,
    Platform platform,
    Optional<Credentials> auth,
    Set<String> insecureRegistries,
    RegistryTrust trust,
    Path directory,
    Set<Digest> blobs,
    Set<Digest> layers,
    int parallel)
    implements WorkerRequest {

  /** Whether the store has the layer, blob and disk. */
  boolean has(Digest blob, Digest diffId) {
    return blobs.contains(blob) && layers.contains(diffId);
  }

  @Override
  public void write(ObjectNode json) {
    json.put("platform", platform.toString());
    auth.ifPresent(
        credentials ->
            json.putObject("auth")
                .put("username", credentials.username())
                .put("password", credentials.password())
                .put("identityToken", credentials.identityToken()));
    insecureRegistries.forEach(json.putArray("insecureRegistries")::add);
    trust.bundles().forEach(bundle -> json.withArray("bundles").add(bundle.toString()));
    trust.authorities().forEach(json.putArray("authorities")::add);
    trust
        .client()
        .ifPresent(
            client ->
                json.putObject("client")
                    .put("certificates", client.certificates())
                    .put("key", client.key()));
    WorkerRequest.addAll(json.putArray("blobs"), blobs);
    WorkerRequest.addAll(json.putArray("layers"), layers);
    json.put("parallel", parallel);
  }

  static ImportRequest read(ImageRef ref, Path directory, JsonNode json) {
    var insecure = new LinkedHashSet<String>();
    json.path("insecureRegistries").forEach(entry -> insecure.add(entry.asText()));
    return new ImportRequest(
        ref,
        Platform.parse(json.path("platform").asText()),
        auth(json.path("auth")),
        insecure,
        trust(json),
        directory,
        new LinkedHashSet<>(WorkerRequest.digests(json.path("blobs"))),
        new LinkedHashSet<>(WorkerRequest.digests(json.path("layers"))),
        json.path("parallel").asInt(1));
  }

  private static RegistryTrust trust(JsonNode json) {
    var bundles = new ArrayList<Path>();
    json.path("bundles").forEach(bundle -> bundles.add(Path.of(bundle.asText())));
    var authorities = new ArrayList<String>();
    json.path("authorities").forEach(pem -> authorities.add(pem.asText()));
    var client = json.path("client");
    return new RegistryTrust(
        bundles,
        authorities,
        client.isObject()
            ? Optional.of(
                new RegistryTrust.Client(
                    client.path("certificates").asText(), client.path("key").asText()))
            : Optional.empty());
  }

  private static Optional<Credentials> auth(JsonNode json) {
    return json.isObject()
        ? Optional.of(
            new Credentials(
                json.path("username").asText(""),
                json.path("password").asText(""),
                json.hasNonNull("identityToken") ? json.path("identityToken").asText() : null))
        : Optional.empty();
  }
}

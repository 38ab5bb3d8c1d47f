package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kctl.net.IpAddress;
import dev.kctl.net.NetworkException;
import dev.kctl.net.Protocol;
import dev.kctl.net.PublishedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was chosen for a container's run, for the next engine; its addresses are in its leases. Not
 * synced: it is of no use after a boot.
 *
 * @param endpoints ids by network
 */
record ConnectionFile(Map<String, String> endpoints, List<PublishedPort> ports) {
  private static final int SCHEMA = 1;
  private static final JsonMapper JSON = new JsonMapper();

  ConnectionFile {
    endpoints = Map.copyOf(endpoints);
    ports = List.copyOf(ports);
  }

  void write(Path file) {
    var json = JSON.createObjectNode().put("schema", SCHEMA);
    endpoints.forEach(json.putObject("endpoints")::put);
    var list = json.putArray("ports");
    for (var port : ports) {
      var entry = list.addObject();
      if (port.hostAddress() != null) {
        entry.put("hostAddress", port.hostAddress().toString());
      }
      entry.put("hostPort", port.hostPort()).put("containerPort", port.containerPort());
      entry.put("protocol", port.protocol().toString());
    }
    var fresh = file.resolveSibling(file.getFileName() + "~");
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, JSON.writeValueAsBytes(json));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw NetworkRefusal.failed("cannot write " + file + ": " + e.getMessage());
    }
  }

  static ConnectionFile read(Path file) throws IOException {
    var json = JSON.readTree(Files.readAllBytes(file));
    if (json == null || json.path("schema").asInt() != SCHEMA) {
      throw new IOException(file + " is not of schema " + SCHEMA);
    }
    var endpoints = new LinkedHashMap<String, String>();
    json.path("endpoints")
        .properties()
        .forEach(entry -> endpoints.put(entry.getKey(), entry.getValue().asText()));
    var ports = new ArrayList<PublishedPort>();
    try {
      json.path("ports").forEach(port -> ports.add(port(port)));
    } catch (NetworkException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    return new ConnectionFile(endpoints, ports);
  }

  private static PublishedPort port(JsonNode json) {
    return new PublishedPort(
        json.has("hostAddress") ? IpAddress.parse(json.path("hostAddress").asText()) : null,
        json.path("hostPort").asInt(),
        json.path("containerPort").asInt(),
        Protocol.parse(json.path("protocol").asText()));
  }
}

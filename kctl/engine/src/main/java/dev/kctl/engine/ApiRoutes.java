package dev.kctl.engine;

/** Every route of the API, the most specific first where two could match. */
final class ApiRoutes {
  private ApiRoutes() {}

  static Router router(
      SystemApi system,
      ImagesApi images,
      ContainersApi containers,
      NetworksApi networks,
      LifeApi life,
      EventsApi events,
      PruneApi prune,
      StreamsApi streams) {
    var router = new Router();
    router
        .on("HEAD", "/_ping", system::ping)
        .on("GET", "/_ping", system::ping)
        .on("GET", "/version", system::version)
        .on("GET", "/info", system::info)
        .on("GET", "/events", events::stream)
        .on("GET", "/system/df", prune::usage)
        .on("POST", "/containers/prune", prune::containers)
        .on("POST", "/images/prune", prune::images)
        .on("POST", "/volumes/prune", prune::volumes)
        .on("POST", "/build/prune", prune::buildCache);
    router
        .on("GET", "/images/json", images::list)
        .on("POST", "/images/create", images::create)
        .on("GET", "/images/{name*}/json", images::inspect)
        .on("GET", "/images/{name*}/history", images::history)
        .on("DELETE", "/images/{name*}", images::remove);
    router
        .on("POST", "/containers/create", containers::create)
        .on("GET", "/containers/json", containers::list)
        .on("GET", "/containers/{id}/json", containers::inspect)
        .on("DELETE", "/containers/{id}", containers::remove);
    router
        .on("POST", "/containers/{id}/start", life::start)
        .on("POST", "/containers/{id}/stop", life::stop)
        .on("POST", "/containers/{id}/restart", life::restart)
        .on("POST", "/containers/{id}/kill", life::kill)
        .on("POST", "/containers/{id}/pause", life::pause)
        .on("POST", "/containers/{id}/unpause", life::unpause)
        .on("POST", "/containers/{id}/rename", life::rename)
        .on("POST", "/containers/{id}/update", life::update)
        .on("POST", "/containers/{id}/resize", life::resize)
        .on("POST", "/containers/{id}/wait", life::await);
    router
        .on("GET", "/networks", networks::list)
        .on("POST", "/networks/create", networks::create)
        .on("POST", "/networks/prune", networks::prune)
        .on("GET", "/networks/{id}", networks::inspect)
        .on("DELETE", "/networks/{id}", networks::remove)
        .on("POST", "/networks/{id}/connect", networks::connect)
        .on("POST", "/networks/{id}/disconnect", networks::disconnect);
    router
        .on("POST", "/containers/{id}/attach", streams::attach)
        .on("GET", "/containers/{id}/logs", streams::logs);
    router
        .on("POST", "/kctl/v1/containers/{id}/stream", streams::follow)
        .on("GET", "/kctl/v1/containers/{id}/logs", streams::numberedLogs)
        .on("GET", "/kctl/v1/containers/{id}/boot-log", containers::bootLog)
        .on("GET", "/kctl/v1/containers/{id}/trace", containers::trace)
        .on("POST", "/kctl/v1/shutdown", system::shutdown);
    return router;
  }

  /** Adds the routes that need a guest's agent. */
  static Router withGuests(Router router, ExecApi exec, GuestApi guests, FilesApi files) {
    return router
        .on("POST", "/containers/{id}/exec", exec::create)
        .on("HEAD", "/containers/{id}/archive", files::read)
        .on("GET", "/containers/{id}/archive", files::read)
        .on("PUT", "/containers/{id}/archive", files::write)
        .on("GET", "/containers/{id}/changes", files::changes)
        .on("GET", "/containers/{id}/export", files::export)
        .on("GET", "/containers/{id}/top", guests::top)
        .on("GET", "/containers/{id}/stats", guests::stats)
        .on("POST", "/exec/{id}/start", exec::start)
        .on("POST", "/exec/{id}/resize", exec::resize)
        .on("GET", "/exec/{id}/json", exec::inspect);
  }
}

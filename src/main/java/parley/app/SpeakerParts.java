package parley.app;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.config.Config;
import parley.db.Database;
import parley.db.Signals;
import parley.rooms.Member;
import parley.speakers.ConsentReader;
import parley.speakers.Enrolments;
import parley.speakers.Erasures;
import parley.speakers.Preflights;
import parley.speakers.ProfileUpdates;
import parley.speakers.SpeakerMaintenance;
import parley.speakers.SpeakerPolicies;
import parley.speakers.SpeakerPolicyRoutes;
import parley.speakers.SpeakerRosters;
import parley.speakers.SpeakerRoutes;
import parley.speakers.Speakers;
import parley.speakers.VoiceAnalyser;
import parley.speakers.VoiceProfiles;
import parley.storage.Blobs;
import parley.tenants.RoomId;
import parley.tenants.UserId;
import parley.web.Route;

/// Enrolled speakers, wired.
///
/// @param rosters for transcription to ask who may be named
record SpeakerParts(SpeakerRosters rosters, List<Route> routes) {
  private static final long MIB = 1024 * 1024;

  /// @param signals which are started after this
  /// @param voices empty on a node without speech models
  static SpeakerParts start(
      Foundation base,
      Signals signals,
      Optional<? extends VoiceAnalyser> voices,
      ConsentReader reader,
      RoomParts rooms) {
    Config.Speakers config = base.config().speakers();
    Database database = base.database();
    Blobs blobs = base.blobs();
    Clock clock = base.clock();
    AuditTrail audit = new AuditTrail(database, clock);
    SpeakerPolicies policies = new SpeakerPolicies(database, audit, clock);
    Preflights preflights = new Preflights(voices.orElse(null), reader);
    Enrolments enrolments =
        new Enrolments(database, blobs, policies, preflights, audit, config.perTenant(), clock);
    ProfileUpdates profileUpdates =
        new ProfileUpdates(database, blobs, policies, preflights, audit, clock);
    Erasures erasures = new Erasures(blobs, audit, clock);
    VoiceProfiles profiles = new VoiceProfiles(blobs);
    SpeakerRosters rosters =
        new SpeakerRosters(
            database,
            policies,
            profiles,
            (caller, room) -> members(database, rooms, caller, room),
            voices.map(VoiceAnalyser::model).orElse(null),
            audit,
            clock);
    rosters.listen(signals);
    SpeakerMaintenance maintenance =
        new SpeakerMaintenance(
            database, blobs, preflights, profileUpdates, erasures, profiles, clock);
    maintenance.start(config.check());
    base.opened().add(maintenance);
    List<Route> routes =
        Stream.of(
                new SpeakerRoutes(
                        enrolments,
                        profileUpdates,
                        new Speakers(database, policies, erasures, audit, clock),
                        preflights,
                        blobs,
                        config.maxRecordingMb() * MIB)
                    .routes(),
                new SpeakerPolicyRoutes(policies).routes())
            .flatMap(List::stream)
            .toList();
    return new SpeakerParts(rosters, routes);
  }

  private static Set<UserId> members(
      Database database, RoomParts rooms, Caller caller, RoomId room) {
    return database.inTransaction(transaction -> {
      rooms.rooms().requireMember(transaction, caller.tenant(), caller.user(), room);
      return rooms.rooms().joined(transaction, caller.tenant(), room).stream()
          .map(Member::user)
          .collect(Collectors.toSet());
    });
  }
}

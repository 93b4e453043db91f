package parley.app;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditTrail;
import parley.config.Config;
import parley.db.Database;
import parley.db.Signals;
import parley.speakers.ConsentReader;
import parley.speakers.Enrolments;
import parley.speakers.Erasures;
import parley.speakers.Preflights;
import parley.speakers.SpeakerPolicies;
import parley.speakers.SpeakerPolicyRoutes;
import parley.speakers.SpeakerRosters;
import parley.speakers.SpeakerRoutes;
import parley.speakers.SpeakerUpkeep;
import parley.speakers.Speakers;
import parley.speakers.VoiceAnalyser;
import parley.speakers.VoiceProfiles;
import parley.speech.decoding.AudioDecoder;
import parley.storage.Blobs;
import parley.tenants.TenantTable;
import parley.web.Route;

/// Enrolled speakers, wired.
///
/// @param rosters for transcription to ask who may be named
record SpeakerParts(SpeakerRosters rosters, List<Route> routes) {
  private static final long MIB = 1024 * 1024;

  /// Starts what works by itself; it is closed with `opened`.
  ///
  /// @param voices null on a node without speech models
  /// @param signals which are started after this
  static SpeakerParts start(
      Config.Speakers config,
      Database database,
      TenantTable tenants,
      Blobs blobs,
      @Nullable VoiceAnalyser voices,
      AudioDecoder decoder,
      ConsentReader reader,
      RoomDoors rooms,
      Signals signals,
      Clock clock,
      CloseStack opened) {
    AuditTrail audit = new AuditTrail(database, clock);
    SpeakerPolicies policies = new SpeakerPolicies(database, audit, clock);
    Preflights preflights = new Preflights(voices, decoder, reader);
    Enrolments enrolments =
        new Enrolments(
            database, tenants, blobs, policies, preflights, audit, config.perTenant(), clock);
    Erasures erasures = new Erasures(blobs, audit, clock);
    VoiceProfiles profiles = new VoiceProfiles(blobs);
    SpeakerRosters rosters =
        new SpeakerRosters(
            database, policies, profiles, rooms::members, preflights, audit, clock);
    rosters.listen(signals);
    SpeakerUpkeep upkeep =
        new SpeakerUpkeep(database, blobs, preflights, enrolments, erasures, profiles, clock);
    upkeep.start(config.check());
    opened.add(upkeep);
    List<Route> routes =
        Stream.of(
                new SpeakerRoutes(
                        enrolments,
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
}

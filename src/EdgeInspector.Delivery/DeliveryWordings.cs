using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery;

/// <summary>What a station complains of where delivery is hindered, other than by a connection that is missing.</summary>
internal static class DeliveryWordings
{
    private const string NotKept = "Events can't be kept in '{folder}' and wait in memory. ";
    private const string PicturesGoOn = "{detail} Pictures of parts are given up meanwhile; inspecting goes on.";

    /// <summary>The agent has ended in peace.</summary>
    public static readonly Wording Stopped = new("agent", "stopped", "stopped");

    public static readonly Wording SignalRefused = new(
        StationLink.SignalComponent, "refused",
        "The broker refuses the signals, and the gate hears nothing: the agent may not write to {topic}. "
        + "Check the broker's access rules.");

    public static readonly Wording NoTriggers = new(StationReceivers.TriggerComponent, "notSubscribed", "{detail}");
    public static readonly Wording NoParts = new(StationReceivers.PartsComponent, "notSubscribed", "{detail}");
    public static readonly Wording NoCommands = new(StationReceivers.CommandComponent, "notSubscribed", "{detail}");

    public static readonly Wording EventRefused = new(
        EventPublisher.Component, "refused", "An event could not be published: {detail}");

    public static readonly Wording PictureRefused = new(
        EvidenceDelivery.ImagesComponent, "pictureRefused", "The picture of a part could not be published: {detail}");

    public static readonly Wording SetAside = new(
        RefusedNotices.Component, "setAside", "{detail} It lies in {place} in the data folder.");

    public static readonly Wording JournalFull = new(
        EventJournal.Component, "full", NotKept + "The disk is full: free some space.");

    public static readonly Wording JournalForbidden = new(
        EventJournal.Component, "forbidden",
        NotKept + "It can't be written: check the folder's rights, and that the disk is not read-only.");

    public static readonly Wording JournalInUse = new(
        EventJournal.Component, "inUse", NotKept + "Another program holds it open.");

    public static readonly Wording JournalFails = new(EventJournal.Component, "fault", NotKept + "{detail}");

    /// <summary>The journal could not be read, and a new one was begun.</summary>
    public static readonly Wording JournalSetAside = new(EventJournal.Component, "setAside", "{detail}");

    public static readonly Wording SpoolDisk = new(ImageSpool.Component, "disk", PicturesGoOn);
    public static readonly Wording SpoolRoom = new(ImageSpool.Component, "room", PicturesGoOn);

    public static readonly Wording AuditUnsealed = new(
        AuditLog.Component, "notSealed", "The audit log is not sealed. {detail}");

    public static readonly Wording AuditKeyMissing = new(
        AuditLog.Component, "earlierKey",
        "An earlier key of the audit log is not known, so that what it sealed can't be looked at. {detail}");

    public static readonly Wording AuditMisfit = new(AuditLog.Component, "misfit", "The audit log does not fit. {detail}");

    public static readonly Wording AuditFails = new(
        AuditLog.Component, "notWritten",
        "The audit log in '{folder}' can't be written: {detail}. Verdicts go on; up to {entries} entries wait in memory, "
        + "further ones are lost and counted.");

    public static readonly Wording WebhookDisk = new(
        WebhookHealth.Component, "disk", "Events for webhooks can't be kept in '{file}', and wait in memory: {detail}.");

    public static readonly Wording WebhookLost = new(
        WebhookHealth.Component, "lost", "Events for the webhook {webhook} are lost. {detail}");

    public static readonly Wording WebhookRefused = new(
        WebhookHealth.Component, "notTaken",
        "The webhook {webhook} does not take an event of {station}; it lies in {place}. {detail}");

    public static readonly Wording WebhookRefusedAndGone = new(
        WebhookHealth.Component, "notTakenNotKept",
        "The webhook {webhook} does not take an event of {station}; it lies nowhere, since too many lie there already. {detail}");

    /// <summary>Several of the others at once.</summary>
    public static readonly Wording WebhooksSeveral = new(WebhookHealth.Component, "several", "{webhooks}");
}

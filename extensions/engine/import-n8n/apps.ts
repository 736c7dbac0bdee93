/**
 * The services for which n8n has a node of its own, by the last part of the node's type, as its public documentation lists them.
 * What is not here, and is no node of ours, is an unknown type: a slip, or a node that somebody's model made up. Letter case counts.
 * `…Trigger` and `…Tool` forms are derived.
 */
export const APPS: ReadonlySet<string> = new Set(
  `
actionNetwork activeCampaign acuityScheduling adalo affinity agileCrm airtable airtop aiTransform amqp apiTemplateIo asana automizy autopilot
awsCertificateManager awsCognito awsComprehend awsDynamoDb awsElb awsIam awsLambda awsRekognition awsS3 awsSes awsSns awsSqs awsTextract awsTranscribe
azureCosmosDb azureStorage bambooHr bannerbear baserow beeminder bitbucket bitly bitwarden box Brandfetch brevo bubble cal calendly chargebee circleCi
ciscoWebex citrixAdc clearbit clickUp clockify cloudflare cockpit coda coinGecko contentful convertKit copper cortex crateDb crowdStrike currents customerIo
databricks dataTable deepL demio dhl discord discourse disqus drift dropbox dropcontact egoi elasticsearch elasticSecurity emelia erpNext eventbrite
evaluation facebook facebookGraphApi facebookLeadAds figma filemaker flow form formIo formstack freshdesk freshservice freshworksCrm getResponse ghost git
github gitlab gmail gong googleAds googleAnalytics googleBigQuery googleBooks googleBusinessProfile googleCalendar googleChat googleCloudNaturalLanguage
googleCloudStorage googleContacts googleDocs googleDrive googleFirebaseCloudFirestore googleFirebaseRealtimeDatabase googlePerspective googleSheets
googleSlides googleTasks googleTranslate gotify goToWebinar grafana grist gSuiteAdmin gumroad hackerNews haloPSA harvest helpScout highLevel homeAssistant
hubspot humanticAi hunter iCal intercom invoiceNinja iterable jenkins jinaAi jira jotForm kafka keap kitemaker koBoToolbox ldap lemlist line linear
lingvaNex linkedIn localFile loneScale magento2 mailcheck mailchimp mailerLite mailgun mailjet mandrill marketstack matrix mattermost mautic medium
messageBird metabase microsoftAzureMonitor microsoftDynamicsCrm microsoftEntra microsoftExcel microsoftGraphSecurity microsoftOneDrive microsoftOutlook
microsoftSharePoint microsoftSql microsoftTeams microsoftToDo mindee misp mistralAi mocean mondayCom mongoDb monicaCrm mqtt msg91 mySql n8n n8nTrainingCustomerDatastore
n8nTrainingCustomerMessenger nasa netlify netscalerAdc nextCloud nocoDb notion npm odoo okta oneSimpleApi onfleet openAi openThesaurus openWeatherMap oracleDatabase
orbit oura paddle pagerDuty payPal peekalink perplexity phantombuster philipsHue pipedrive plivo postBin postgres postHog postmark profitWell pushbullet
pushcut pushover questDb quickbase quickbooks quickChart rabbitmq raindrop reddit redis rocketchat rundeck s3 salesforce salesmate seaTable securityScorecard
segment sendGrid sendInBlue sendy sentryIo serviceNow shopify shufflerv signl4 slack sms77 snowflake splunk spontit spotify stackby stopNShop storyblok strapi
strava stripe supabase surveyMonkey syncroMsp taiga tapfiliate telegram theHive theHiveProject timescaleDb todoist toggl totp travisCi trello twake twilio
twist twitter typeform unleashedSoftware uplead uproc uptimeRobot urlScanIo venafiTlsProtectCloud venafiTlsProtectDatacenter vero vonage webflow wekan whatsApp
wise wooCommerce wordpress workable wufoo xero yourls youTube zammad zendesk zohoCrm zoom zulip
editImage compression executeCommand ssh ftp executionData jwt debugHelper sse timeSaved simulate n8nTraining facebookConversions awsElasticLoadBalancing
uproc mailerLite workflow readPDF readBinaryFile readBinaryFiles writeBinaryFile
`
    .trim()
    .split(/\s+/),
)

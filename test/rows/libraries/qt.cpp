// needs /usr/include/x86_64-linux-gnu/qt5/QtWidgets/QWidget
// include /usr/include/x86_64-linux-gnu/qt5
// include /usr/include/x86_64-linux-gnu/qt5/QtCore
// include /usr/include/x86_64-linux-gnu/qt5/QtGui
// include /usr/include/x86_64-linux-gnu/qt5/QtWidgets
// include /usr/include/x86_64-linux-gnu/qt5/QtNetwork
// include /usr/include/x86_64-linux-gnu/qt5/QtConcurrent
// include /usr/include/x86_64-linux-gnu/qt5/QtSql
#include "../own.h"
#include <QtCore>
#include <QtGui>
#include <QtWidgets>
#include <QtNetwork>
#include <QtConcurrent>
#include <QtSql>
class MyObject : public QObject { public: int v; };
struct Rows {
  QObject obj;                                                 // no no no
  QObject* pobj;                                               // no no no
  MyObject* my;                                                // no no no
  QPointer<QObject> qp;                                        // no no no
  QSharedPointer<QObject> qsp;                                 // no no no
  QThread* th;                                                 // no no no
  QTimer* timer;                                               // no no no
  QTcpSocket* sock;                                            // no no no
  QNetworkAccessManager* nam;                                  // no no no
  QFile* file;                                                 // no no no
  QIODevice* dev;                                              // no no no
  QProcess* proc;                                              // no no no
  QCoreApplication* app;                                       // no no no
  QWidget* w;                                                  // no no no
  QPushButton* b;                                              // no no no
  QMainWindow* mw;                                             // no no no
  QWindow* win;                                                // no no no
  QPixmap pm;                                                  // no no no
  QBitmap bm;                                                  // no no no
  QPainter* pt;                                                // unknown no no
  QImage im;                                                   // yes yes no
  QIcon icon;                                                  // unknown unknown no
  QFont font;                                                  // yes unknown no
  QPen pen;                                                    // yes unknown no
  QBrush brush;                                                // unknown unknown no
  QPainterPath pp;                                             // yes unknown no
  QStandardItemModel* model;                                   // no no no
  QSqlDatabase db;                                             // no no no
  QSqlQuery query;                                             // no no no
  QString str;                                                 // yes yes no
  QByteArray ba;                                               // yes yes no
  QStringList sl;                                              // yes yes no
  QStringRef sr;                                               // yes yes no
  QStringView sv;                                              // yes yes no
  QLatin1String l1;                                            // yes yes no
  QUrl url;                                                    // yes yes no
  QUrlQuery uq;                                                // yes yes no
  QDateTime dt;                                                // yes yes no
  QDate d;                                                     // yes yes no
  QTime t;                                                     // yes yes no
  QTimeZone tz;                                                // yes yes no
  QElapsedTimer et;                                            // yes yes no
  QVariant var;                                                // unknown unknown no
  QVariantMap vm;                                              // unknown unknown no
  QJsonObject jo;                                              // yes yes no
  QJsonValue jv;                                               // yes yes no
  QJsonDocument jd;                                            // yes yes no
  QCborValue cbor;                                             // yes yes no
  QRegularExpression re;                                       // yes yes no
  QRegularExpressionMatch rem;                                 // yes yes no
  QColor color;                                                // yes yes no
  QPoint p;                                                    // yes yes no
  QRectF rf;                                                   // yes yes no
  QSize size;                                                  // yes yes no
  QUuid uuid;                                                  // yes yes no
  QLocale loc;                                                 // yes yes no
  QFileInfo fi;                                                // yes no no
  QDir dir;                                                    // yes no no
  QBitArray bits;                                              // yes yes no
  QChar ch;                                                    // yes yes no
  QList<int> li;                                               // yes yes no
  QList<QObject*> lo;                                          // no no no
  QVector<Plain> ve;                                           // yes yes no
  QMap<int, Plain> ma;                                         // yes yes no
  QMultiMap<int, Plain> mma;                                   // yes yes no
  QHash<int, Bound> ha;                                        // no yes no
  QMultiHash<int, int> mha;                                    // yes yes no
  QSet<int> se;                                                // yes yes no
  QQueue<int> qu;                                              // yes yes no
  QStack<int> st;                                              // yes yes no
  QLinkedList<int> ll;                                         // yes yes no
  QPair<int, Bound> pa;                                        // no yes no
  QVarLengthArray<int, 3> vla;                                 // yes yes no
  QCache<int, Plain> cache;                                    // yes no no
  QSharedPointer<Plain> sp;                                    // if_unique if_unique no
  QSharedPointer<const Plain> spc;                             // yes yes no
  QWeakPointer<Plain> wp;                                      // if_unique if_unique no
  QScopedPointer<Plain> scp;                                   // yes if_unique no
  QScopedArrayPointer<Plain> scap;                             // yes if_unique no
  QSharedDataPointer<QSharedData> sdp;                         // yes yes no
  QExplicitlySharedDataPointer<QSharedData> esdp;              // yes yes no
  QSharedData sd;                                              // yes yes yes
  QMutex mx;                                                   // yes yes yes
  QRecursiveMutex rmx;                                         // yes yes yes
  QReadWriteLock rw;                                           // yes yes yes
  QMutexLocker ml;                                             // no yes no
  QReadLocker rl;                                              // no yes no
  QWriteLocker wl;                                             // no yes no
  QWaitCondition wc;                                           // yes yes yes
  QSemaphore sem;                                              // yes yes yes
  QSemaphoreReleaser semr;                                     // yes yes no
  QAtomicInt ai;                                               // yes yes yes
  QAtomicInteger<long> ail;                                    // yes yes yes
  QAtomicPointer<Plain> ap;                                    // if_unique if_unique if_unique
  QThreadPool* pool;                                           // yes yes no
  QThreadStorage<Plain> ts;                                    // yes yes yes
  QFuture<Plain> fut;                                          // yes yes no
  QFutureWatcher<Plain>* fw;                                   // unknown unknown no
  QFutureSynchronizer<Plain> fs;                               // yes yes no
  QSettings* settings;                                         // no no no
  QMetaObject::Connection conn;                                // yes yes no
  QMetaObject mo;                                              // yes yes yes
  QModelIndex mi;                                              // no no no
  QRunnable* run;                                              // unknown unknown no
  QTextStream* tstream;                                        // unknown no no
  QDataStream* ds;                                             // unknown no no
  QDebug dbg;                                                  // unknown no no
  QHostAddress host;                                           // yes yes no
  QNetworkRequest req;                                         // yes yes no
  QSslConfiguration ssl;                                       // yes yes no
  QEvent* ev;                                                  // unknown unknown no
};
